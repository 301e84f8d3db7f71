import assert from "node:assert/strict";
import { test } from "node:test";
import { slice, stack } from "../../../lib/images/geometry/slices.js";
import type { Volume } from "../../../lib/images/volume.js";
import { Problem } from "../../../lib/problem.js";

const affine = [
  [1.5, 0, 0, 0],
  [0, 2, 0, 0],
  [0, 0, 4, 0],
  [0, 0, 0, 1],
];
const counting: Volume = {
  data: Float32Array.from({ length: 24 }, (_, i) => i),
  shape: [4, 3, 2],
  spacingMm: [4, 2, 1.5],
  affine,
  path: "image.nii",
};

test("the slices of a volume, stacked, are the volume", () => {
  const slices = [0, 1, 2, 3].map((z) => slice(counting, z));
  assert.deepEqual(slices[1], { data: Float32Array.of(6, 7, 8, 9, 10, 11), shape: [3, 2] });
  assert.deepEqual(
    stack(
      slices.map(({ data }) => data),
      counting,
    ),
    counting,
  );
});

test("label maps of slices become a label volume on the image's grid", () => {
  const { data, spacingMm } = stack(
    [1, 2, 3, 0].map((value) => new Uint8Array(6).fill(value)),
    counting,
  );
  assert.ok(data instanceof Uint8Array);
  assert.deepEqual([data[0], data[23], spacingMm], [1, 0, [4, 2, 1.5]]);
});

test("a slice that is not there, or slices of another size or number, are refused", () => {
  assert.throws(() => slice(counting, 4), new Problem("image.nii: asked for slice 4, expected 0 to 3"));
  assert.throws(
    () => stack([new Float32Array(6)], counting),
    new Problem("image.nii: found 1 slices of 6 pixels, expected 4 of 2×3"),
  );
  assert.throws(
    () =>
      stack(
        [6, 6, 5, 6].map((size) => new Float32Array(size)),
        counting,
      ),
    new Problem("image.nii: found 4 slices of 5 pixels, expected 4 of 2×3"),
  );
});
