import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { tensorCount } from "../../lib/engine/memory.js";
import { conv, upConv } from "../../lib/engine/ops/conv.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { inEveryForm } from "./forms.js";
import { assertClose, sizeOf } from "./numbers.js";

before(() => startEngine());

const draw = (name: string, shape: number[]) => {
  const rng = stream(0, name);
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    shape,
  );
};

/** A loss in which one variable is used twice, branches meet again, one result is unused and one variable does not occur. */
function branched(image: tf.Tensor, filter: tf.Tensor, scale: tf.Tensor) {
  const first = conv(image, filter).mul(scale);
  const [left, right] = tf.split(first, 2, 3);
  const up = upConv(left, tf.ones([2, 2, 2, 2])).mean();
  conv(right, filter.slice([0, 0, 0, 0], [3, 3, 2, 4])).mul(3);
  return conv(tf.concat([right, left], 3), filter.slice([0, 0, 0, 0], [3, 3, 4, 4]))
    .square()
    .mean()
    .add(up)
    .add(scale.sum()) as tf.Scalar;
}

const inputs = () => [
  draw("image", [2, 4, 6, 4]),
  draw("filter", [3, 3, 4, 4]),
  draw("scale", [4]),
  draw("unused", [3]),
];

test("the gradients are those of tf.grads; what the loss does not depend on gets zeros", () =>
  inEveryForm(async (form) => {
    const variables = inputs().map((value) => tf.variable(value));
    const { terms, gradients } = lossAndGradients(variables, () => ({
      loss: branched(variables[0], variables[1], variables[2]),
    }));
    const { value, grads } = tf.valueAndGrads((image, filter, scale) => branched(image, filter, scale))(
      inputs().slice(0, 3),
    );
    assertClose(await terms.loss.data(), await value.data(), 1e-6, `${form}: loss`);
    for (const [i, expected] of grads.entries())
      assertClose(await gradients[i].data(), await expected.data(), 1e-5, `${form}: gradient ${i}`);
    assert.deepEqual([...(await gradients[3].data())], [0, 0, 0], form);
  }));

test("of several terms the first is the one that is differentiated", () =>
  inEveryForm(async (form) => {
    const x = tf.variable(tf.scalar(3));
    const { terms, gradients } = lossAndGradients([x], () => ({
      loss: x.square() as tf.Scalar,
      other: x.mul(100) as tf.Scalar,
    }));
    assert.deepEqual(
      [await terms.loss.data(), await terms.other.data(), await gradients[0].data()].map(([value]) => value),
      [9, 300, 6],
      form,
    );
  }));

test("only the terms and the gradients are left in memory, and a variable's gradient is freed on its own", () =>
  inEveryForm(async (form) => {
    const variables = inputs().map((value) => tf.variable(value));
    const run = () =>
      lossAndGradients(variables, () => ({
        loss: branched(variables[0], variables[1], variables[2]),
        scale: variables[2].sum() as tf.Scalar,
      }));
    const first = run(); // makes the constants that live as long as the process
    tf.dispose([first.terms, first.gradients]);
    const before = tensorCount();
    const { terms, gradients } = run();
    assert.equal(tensorCount().tensors, before.tensors + 6, form);
    gradients[0].dispose();
    for (const gradient of gradients.slice(1)) await gradient.data();
    tf.dispose([terms, gradients]);
    assert.deepEqual(tensorCount(), before, form);
  }));

test("the identity's gradient is its own tensor", () =>
  inEveryForm(async () => {
    const [a, b] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(3))];
    const { gradients } = lossAndGradients([a, b], () => ({ loss: a.add(b) as tf.Scalar }));
    gradients[0].dispose();
    assert.equal((await gradients[1].data())[0], 1);
  }));

test("after an error in the loss the next gradient is right", () =>
  inEveryForm(async () => {
    const x = tf.variable(tf.scalar(3));
    const fail = () => {
      x.square();
      throw new Error("broken loss");
    };
    assert.throws(() => lossAndGradients([x], fail), /broken loss/);
    const { gradients } = lossAndGradients([x], () => ({ loss: x.square() as tf.Scalar }));
    assert.equal((await gradients[0].data())[0], 6);
  }));
