import assert from "node:assert/strict";
import { before, test } from "node:test";
import { batchNorm } from "../../lib/engine/ops/batchNorm.js";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { linear } from "../../lib/heads/linear.js";
import { mlp, mlpInit } from "../../lib/heads/mlp.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

const rows = () => {
  const rng = stream(0, "rows");
  return tf.tensor2d(
    Float32Array.from({ length: 60 }, () => rng.normal()),
    [20, 3],
  );
};

test("the head is linear, batch norm, leaky ReLU, linear, with the running statistics that follow", () =>
  inEveryForm(async (form) => {
    const [head, apart] = [0, 1].map(() => mlpInit(stream(1, "head"), [3, 5, 2]));
    for (const [training, slope] of [
      [true, 0],
      [true, 0.2],
      [false, 0.2],
    ] as const) {
      const normal = batchNorm(linear(rows(), apart.first), apart.norm, { training });
      const expected = linear(normal.maximum(normal.mul(slope)), apart.second);
      const actual = mlp(rows(), head, { training, slope });
      assert.deepEqual(actual.shape, [20, 2]);
      assertClose(await actual.data(), await expected.data(), 1e-5, `${form}: ${training}, ${slope}`);
      assertClose(await head.norm.mean.data(), await apart.norm.mean.data(), 1e-5, `${form}: running mean`);
    }
  }));

test("untracked training leaves its running statistics as they are", () =>
  inEveryForm(async (form) => {
    const head = mlpInit(stream(1, "head"), [3, 5, 2]);
    mlp(rows(), head, { training: true, track: false });
    const { mean, variance } = head.norm;
    assert.deepEqual([...(await mean.data()), ...(await variance.data())], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], form);
  }));

test("a head of 16 → 32 → 32 has the released shapes", () => {
  const shapes = Object.entries(flatten(mlpInit(stream(1, "head"), [16, 32, 32])));
  assert.deepEqual(Object.fromEntries(shapes.map(([path, { shape }]) => [path, shape])), {
    "first.weight": [16, 32],
    "first.bias": [32],
    "norm.scale": [32],
    "norm.offset": [32],
    "norm.mean": [32],
    "norm.variance": [32],
    "second.weight": [32, 32],
    "second.bias": [32],
  });
});
