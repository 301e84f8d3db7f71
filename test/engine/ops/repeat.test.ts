import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../../lib/engine/gradients.js";
import { repeat } from "../../../lib/engine/ops/resize.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { inEveryForm } from "../forms.js";

before(() => startEngine());

test("every value is repeated along every axis, and its gradient is the sum over its block", () =>
  inEveryForm(async (form) => {
    const x = tf.tensor([1, 2, 3, 4], [2, 1, 2, 1]); // two images of one row
    const weights = tf.range(0, 24).reshape([2, 2, 6, 1]);
    const { gradients } = lossAndGradients([x], () => ({ loss: repeat(x, [2, 6]).mul(weights).sum<tf.Scalar>() }));
    const rows = [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4];
    assert.deepEqual(Array.from(await repeat(x, [2, 6]).data()), rows, form);
    // 0 + 1 + 2 + 6 + 7 + 8, 3 + 4 + 5 + 9 + 10 + 11, and 12 more for each of the six in the second image
    assert.deepEqual(Array.from(await gradients[0].data()), [24, 42, 96, 114], form);
  }));

test("so it is along both axes at once, where lengths are doubled and quadrupled", () =>
  inEveryForm(async (form) => {
    const x = tf.tensor([1, 2, 3, 4, 5, 6], [1, 3, 1, 2]); // three rows of a pixel of two channels
    const weights = tf.range(0, 48).reshape([1, 6, 4, 2]);
    const { gradients } = lossAndGradients([x], () => ({ loss: repeat(x, [6, 4]).mul(weights).sum<tf.Scalar>() }));
    const twice = [1, 2, 3, 4, 5, 6]
      .flatMap((_, at, all) => (at % 2 === 0 ? Array(8).fill(all.slice(at, at + 2)) : []))
      .flat();
    assert.deepEqual(Array.from(await repeat(x, [6, 4]).data()), twice, form);
    // 0 + 2 + … + 14; each of the eight is one more in the other channel, and 16 more in each further row
    assert.deepEqual(Array.from(await gradients[0].data()), [56, 64, 184, 192, 312, 320], form);
  }));

test("a volume's channels stay side by side", () =>
  inEveryForm(async (form) => {
    const x = tf.tensor([1, 2, 3, 4], [1, 1, 1, 2, 2]); // two voxels of two channels
    const repeated = repeat(x, [1, 2, 4]);
    assert.deepEqual(repeated.shape, [1, 1, 2, 4, 2], form);
    const row = [1, 2, 1, 2, 3, 4, 3, 4];
    assert.deepEqual(Array.from(await repeated.data()), [...row, ...row], form);
  }));
