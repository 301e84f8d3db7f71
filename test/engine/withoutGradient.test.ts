import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { withoutGradient } from "../../lib/engine/withoutGradient.js";
import { inEveryForm } from "./forms.js";

before(() => startEngine());

/** Value and gradient of a function of one number at 3. */
async function at3(run: (x: tf.Variable) => tf.Tensor): Promise<number[]> {
  const x = tf.variable(tf.scalar(3));
  const { terms, gradients } = lossAndGradients([x], () => ({ loss: run(x) as tf.Scalar }));
  return [...(await terms.loss.data()), ...(await gradients[0].data())];
}

test("what was computed without gradient is a constant of the loss around it", () =>
  inEveryForm(async (form) => {
    assert.deepEqual(await at3((x) => x.mul(withoutGradient(() => x.square()))), [27, 9], form);
    assert.deepEqual(await at3((x) => withoutGradient(() => x.square())), [9, 0], form);
  }));

test("an operation that has no gradient may stand there", () =>
  inEveryForm(async (form) => {
    assert.deepEqual(await at3((x) => x.mul(withoutGradient(() => x.greater(2).cast("float32")))), [3, 1], form);
  }));

test("a gradient taken inside is right and leaves the one outside alone", () =>
  inEveryForm(async (form) => {
    const slope = (x: tf.Tensor) => withoutGradient(() => tf.grad((y: tf.Tensor) => y.square())(x)); // 2x
    assert.deepEqual(await at3((x) => x.square().mul(slope(x))), [54, 36], form);
  }));

test("after an error inside, gradients go on", () =>
  inEveryForm(async (form) => {
    const failing = () => {
      throw new Error("inside");
    };
    assert.throws(() => withoutGradient(failing), /inside/);
    assert.deepEqual(await at3((x) => x.square()), [9, 6], form);
  }));
