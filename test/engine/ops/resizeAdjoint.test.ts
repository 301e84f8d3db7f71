import assert from "node:assert/strict";
import { before, test } from "node:test";
import { resize } from "../../../lib/engine/ops/resize.js";
import { resizeAdjoint } from "../../../lib/engine/ops/resizeAdjoint.js";
import { stream } from "../../../lib/engine/random.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { inEveryForm } from "../forms.js";
import { assertClose, dot, sizeOf } from "../numbers.js";

before(() => startEngine());

const pairs: [number[], number[]][] = [
  [
    [3, 4],
    [6, 8],
  ],
  [
    [5, 2],
    [7, 3],
  ],
  [
    [6, 7],
    [3, 5],
  ],
  [
    [1, 4],
    [4, 1],
  ],
  [
    [2, 3, 4],
    [4, 7, 5],
  ],
  [
    [4, 1, 3],
    [2, 5, 6],
  ],
];

for (const [size, finer] of pairs)
  test(`⟨resize x, y⟩ = ⟨x, adjoint y⟩ between ${size.join("×")} and ${finer.join("×")}`, () =>
    inEveryForm(async (form) => {
      const rng = stream(0, "adjoint");
      const draw = (shape: number[]) =>
        tf.tensor(
          Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
          shape,
        );
      const [x, y] = [draw([2, ...size, 3]), draw([2, ...finer, 3])];
      const down = resizeAdjoint(y, size);
      assert.deepEqual(down.shape, x.shape, form);
      const up = dot(await resize(x, finer).data(), await y.data());
      assertClose([dot(await x.data(), await down.data())], [up], 1e-5, form);
    }));
