import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../../lib/engine/gradients.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";

before(() => startEngine());

/** The gradient of f at x. */
async function gradientOf(x: tf.Variable, f: () => tf.Tensor): Promise<number[]> {
  const { terms, gradients } = lossAndGradients([x], () => ({ loss: f() as tf.Scalar }));
  const values = [...(await gradients[0].data())];
  tf.dispose([terms, gradients]);
  return values;
}

test("the gradient of a weighted sum is the weight of each element's row, of a mean that over the length", async () => {
  const x = tf.variable(tf.range(0, 6).reshape([1, 2, 3]));
  const weights = tf.tensor([10, 20], [1, 2]);
  const columns = tf.tensor([1, 2, 4], [3]);
  const cases = [
    { of: () => x.sum(-1).mul(weights).sum(), expected: [10, 10, 10, 20, 20, 20] },
    { of: () => x.mean(2).mul(weights).sum(), expected: [10 / 3, 10 / 3, 10 / 3, 20 / 3, 20 / 3, 20 / 3] },
    { of: () => x.sum([0, -2]).mul(columns).sum(), expected: [1, 2, 4, 1, 2, 4] },
    { of: () => x.sum(1, true).mul(columns).sum(), expected: [1, 2, 4, 1, 2, 4] },
    { of: () => x.mean(), expected: new Array(6).fill(1 / 6) },
    { of: () => x.square().mean(), expected: [0, 1, 2, 3, 4, 5].map((value) => value / 3) },
  ];
  for (const { of, expected } of cases)
    for (const [i, value] of (await gradientOf(x, of)).entries())
      assert.ok(Math.abs(value - expected[i]) < 1e-6, `${value} for ${expected[i]}`);
});

test("an output that the loss does not depend on counts nothing", async () => {
  const x = tf.variable(tf.range(0, 6).reshape([2, 3]));
  assert.deepEqual(await gradientOf(x, () => tf.unstack(x)[1].square().sum()), [0, 0, 0, 6, 8, 10]);
});
