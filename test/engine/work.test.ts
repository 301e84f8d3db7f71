import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { conv } from "../../lib/engine/ops/conv.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { countMultiplications } from "../../lib/engine/work.js";

before(() => startEngine());

const counted = (act: () => unknown) =>
  countMultiplications(async () => {
    tf.tidy(() => void act());
  });

test("a product of a×b and b×c takes abc multiplications, transposed or not, and of n pairs n times as many", async () => {
  const [left, right] = [tf.ones([5, 3]), tf.ones([3, 4])];
  assert.equal(await counted(() => left.matMul(right)), 60);
  assert.equal(await counted(() => left.matMul(right.transpose(), false, true)), 60);
  assert.equal(await counted(() => tf.ones([2, 5, 3]).matMul(tf.ones([2, 3, 4]))), 120);
  assert.equal(await counted(() => tf.ones([2, 3, 5]).matMul(tf.ones([2, 3, 4]), true)), 120);
});

test("a convolution multiplies every pixel of its output with a filter's weights; each of its two gradients takes as many", async () => {
  for (const [size, filter] of [
    [
      [8, 6],
      [3, 3],
    ],
    [
      [8, 6, 4],
      [3, 3, 3],
    ],
  ]) {
    const [image, weights] = [tf.variable(tf.ones([2, ...size, 2])), tf.variable(tf.ones([...filter, 2, 5]))];
    const once = 2 * size.reduce((a, b) => a * b) * filter.reduce((a, b) => a * b) * 2 * 5;
    assert.equal(await counted(() => conv(image, weights)), once);
    const loss = () => ({ loss: conv(image, weights).sum<tf.Scalar>() });
    assert.equal(await counted(() => lossAndGradients([image, weights], loss)), 3 * once);
  }
});
