import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { equivariance } from "../../lib/losses/equivariance.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

const waves = (scale: number) => tf.sin(tf.range(1, 2 * 3 * 4 * 3 + 1).mul(scale)).reshape([2, 3, 4, 3]);
const mask = () => tf.abs(tf.cos(tf.range(0, 24))).reshape([2, 3, 4]);

test("equivariance: the gradient is the slope, and every backend gives the same", () =>
  checkLoss({
    name: "equivariance",
    inputs: { logits: { shape: [2, 3, 4, 3] } },
    run: ({ logits }) => equivariance(logits, waves(2), mask()),
  }));

test("the loss is 0 where both predict the same, otherwise positive; the target learns nothing", () =>
  inEveryForm(async (form) => {
    assert.ok(Math.abs((await equivariance(waves(1), waves(1).add(3), mask()).data())[0]) < 1e-6, form);
    const target = tf.variable(waves(2));
    const { terms, gradients } = lossAndGradients([target], () => ({ loss: equivariance(waves(1), target, mask()) }));
    assert.ok((await terms.loss.data())[0] > 0.01, form);
    assert.deepEqual(new Set(await gradients[0].data()), new Set([0]), form);
  }));

test("pixels outside the mask do not count, and an image without any counts as 0", () =>
  inEveryForm(async (form) => {
    const first = tf.concat([tf.ones([1, 3, 4]), tf.zeros([1, 3, 4])]);
    const part = (x: tf.Tensor) => x.slice(0, 1);
    const alone = equivariance(part(waves(1)), part(waves(2)), part(first));
    assertClose(await equivariance(waves(1), waves(2), first).data(), await alone.div(2).data(), 1e-6, form);
    assert.equal((await equivariance(waves(1), waves(2), tf.zeros([2, 3, 4])).data())[0], 0, form);
  }));
