import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkSameGrid, sameGrid } from "../../../lib/images/geometry/grid.js";
import { orientation, reorient } from "../../../lib/images/geometry/orientation.js";
import type { Volume } from "../../../lib/images/volume.js";
import { Problem } from "../../../lib/problem.js";

const affine = [
  [0, -2, 0, 5],
  [1.5, 0, 0, -3],
  [0, 0, -4, 7],
  [0, 0, 0, 1],
];
const counting: Volume = {
  data: Float32Array.from({ length: 24 }, (_, i) => i),
  shape: [4, 3, 2],
  spacingMm: [4, 2, 1.5],
  affine,
  path: "image.nii",
};

test("orientation says what nibabel says", () => {
  assert.equal(orientation(affine), "ALI"); // nib.aff2axcodes(affine)
  assert.equal(
    orientation([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]),
    "RAS",
  );
  // nib.aff2axcodes([[0, -.45, 2.4, 10], [-.4, -.36, -1.08, -20], [-.3, .48, 1.44, 30], [0, 0, 0, 1]])
  assert.equal(
    orientation([
      [0, -0.45, 2.4, 10],
      [-0.4, -0.36, -1.08, -20],
      [-0.3, 0.48, 1.44, 30],
      [0, 0, 0, 1],
    ]),
    "PSR",
  );
});

const codes = fc
  .tuple(
    fc.constantFrom("R", "L"),
    fc.constantFrom("A", "P"),
    fc.constantFrom("S", "I"),
    fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
  )
  .map(([x, y, z, order]) => order.map((axis) => [x, y, z][axis]).join(""));

test("after reorienting every voxel keeps value and place, and the way back is exact", () => {
  const coordinates = ({ affine: a, shape, data }: Volume) => {
    const found = new Map<number, number[]>();
    for (let z = 0, i = 0; z < shape[0]; z++)
      for (let y = 0; y < shape[1]; y++)
        for (let x = 0; x < shape[2]; x++, i++)
          found.set(
            data[i],
            a.slice(0, 3).map((row) => row[0] * x + row[1] * y + row[2] * z + row[3]),
          );
    return found;
  };
  const before = coordinates(counting);
  fc.assert(
    fc.property(codes, (code) => {
      const turned = reorient(counting, code);
      assert.equal(orientation(turned.affine), code);
      for (const [value, place] of coordinates(turned))
        assert.deepEqual(place.map(Math.abs), before.get(value)?.map(Math.abs));
      const steps = [2, 1, 0].map((axis) => Math.hypot(...turned.affine.slice(0, 3).map((row) => row[axis])));
      assert.deepEqual(turned.spacingMm, steps);
      const back = reorient(turned, "ALI");
      assert.deepEqual(back.data, counting.data);
      assert.ok(sameGrid(back, counting));
    }),
  );
});

test("an orientation that is none is refused", () => {
  for (const code of ["RA", "RLS", "XYZ", "RASS"])
    assert.throws(
      () => reorient(counting, code),
      /expected one of R or L, one of A or P, one of S or I, such as "RAS"/,
    );
});

test("grids are the same but for the rounding of headers", () => {
  const moved = (mm: number) => ({
    ...counting,
    path: "label.nii",
    affine: affine.map((row, i) => (i === 0 ? [row[0], row[1], row[2], row[3] + mm] : row)),
  });
  assert.ok(sameGrid(counting, moved(0.01)));
  assert.ok(!sameGrid(counting, moved(0.2)));
  assert.throws(
    () => checkSameGrid(counting, moved(0.2)),
    new Problem(
      "label.nii: its corners lie up to 0.2 mm from those of its image (axes ALI and ALI), image.nii; if it was drawn on this image, copy the geometry onto it: arco data geometry label.nii --like image.nii --out placed/label.nii; else resample one to the other",
    ),
  );
});

test("a label of another size or spacing is refused; one of the same size is told how to take its image's geometry", () => {
  const message = (found: string, advice = "resample one to the other first") =>
    new Problem(`label.nii: ${found}, but its image has 2×3×4 voxels of 1.5×2×4 mm, image.nii; ${advice}`);
  const copy = "arco data geometry label.nii --like image.nii --out placed/label.nii";
  assert.throws(
    () => checkSameGrid(counting, { ...counting, path: "label.nii", shape: [4, 3, 3] }),
    message("3×3×4 voxels of 1.5×2×4 mm"),
  );
  const coarse = {
    ...counting,
    path: "label.nii",
    spacingMm: [4, 2, 3] as const,
    affine: affine.map((row, i) => (i === 1 ? [3, 0, 0, -3] : row)),
  };
  assert.throws(
    () => checkSameGrid(counting, coarse),
    message(
      "2×3×4 voxels of 3×2×4 mm",
      `if it was drawn on this image, copy the geometry onto it: ${copy}; else resample one to the other`,
    ),
  );
  for (const sign of [1, -1]) {
    const identity = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? (i < 2 ? sign : 1) : 0)));
    assert.throws(
      () => checkSameGrid(counting, { ...counting, path: "label.nii", spacingMm: [1, 1, 1], affine: identity }),
      message(
        "2×3×4 voxels of 1×1×1 mm",
        `it was saved with the identity matrix instead of its image's geometry: copy that onto the label (resampling would spoil it): ${copy}`,
      ),
    );
  }
  assert.doesNotThrow(() => checkSameGrid(counting, { ...counting, path: "label.nii" }));
});

test("mirrored axes are noticed although shape and spacing agree", () => {
  const mirrored = { ...reorient(counting, "ARI"), path: "label.nii", data: counting.data };
  assert.ok(sameGrid(reorient(mirrored, "ALI"), counting));
  assert.throws(
    () => checkSameGrid(counting, mirrored),
    /its corners lie up to 4 mm from those of its image \(axes ARI and ALI\)/,
  );
});
