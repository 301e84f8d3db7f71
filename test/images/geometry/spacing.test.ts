import assert from "node:assert/strict";
import { test } from "node:test";
import { resampleToShape, resampleToSpacing } from "../../../lib/images/geometry/spacing.js";
import type { Volume } from "../../../lib/images/volume.js";

const at = ({ affine }: Volume, x: number, y: number, z: number) =>
  affine.slice(0, 3).map((row) => row[0] * x + row[1] * y + row[2] * z + row[3]);

/** A volume whose intensity is the first coordinate of the voxel in mm. */
function ramp(): Volume {
  const affine = [
    [0, -2, 0.1, 5],
    [1.5, 0, 0, -3],
    [0, 0, 4, 7],
    [0, 0, 0, 1],
  ];
  const empty: Volume = {
    data: new Float32Array(5 * 6 * 7),
    shape: [5, 6, 7],
    spacingMm: [Math.hypot(4, 0.1), 2, 1.5],
    affine,
    path: "ramp.nii",
  };
  for (let z = 0, i = 0; z < 5; z++)
    for (let y = 0; y < 6; y++) for (let x = 0; x < 7; x++, i++) empty.data[i] = at(empty, x, y, z)[0];
  return empty;
}

test("after resampling every voxel still holds what lies at its place in mm", () => {
  for (const order of [1, 3] as const) {
    const found = resampleToSpacing(ramp(), [2, 3, 1], order);
    const [depth, height, width] = found.shape;
    assert.deepEqual(found.shape, [9, 4, 10]);
    const inside = order === 3 ? 0.25 : 1e-5; // mirrored ends bend the ends of a straight spline
    for (let z = 0, i = 0; z < depth; z++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++, i++)
          assert.ok(Math.abs(found.data[i] - at(found, x, y, z)[0]) < inside, `${found.data[i]} at ${x}, ${y}, ${z}`);
  }
});

test("spacing and affine of the result agree, and its shape leads back", () => {
  const found = resampleToSpacing(ramp(), [2, 3, 1], 1);
  const columns = [2, 1, 0].map((axis) => Math.hypot(...found.affine.slice(0, 3).map((row) => row[axis])));
  for (const axis of [0, 1, 2]) assert.ok(Math.abs(columns[axis] - found.spacingMm[axis]) < 1e-12);
  const back = resampleToShape(found, [5, 6, 7], 1);
  for (const [i, value] of ramp().data.entries()) assert.ok(Math.abs(back.data[i] - value) < 1e-5);
  for (const [i, row] of ramp().affine.entries())
    for (const [j, value] of row.entries()) assert.ok(Math.abs(back.affine[i][j] - value) < 1e-12);
});

test("a spacing that is none is refused", () => {
  assert.throws(() => resampleToSpacing(ramp(), [1, 0, 1], 1), {
    message: "ramp.nii: asked for a spacing of 1×0×1 mm, expected three positive numbers",
  });
});
