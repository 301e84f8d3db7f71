import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { wholeOf } from "../../lib/images/labels.js";
import { readNifti, readNiftiAnyLabel, readNiftiLabel, writeNifti } from "../../lib/images/nifti/index.js";
import { niftiLabelSlices } from "../../lib/images/nifti/slices.js";
import { Problem } from "../../lib/problem.js";
import { temporary } from "../temporary.js";

const cases = join(import.meta.dirname, "../fixtures/cases/labels-scaled");
const folder = temporary("arco-labels-");

test("labels within a thousandth of whole numbers are those numbers, however floats and scales have left them", async () => {
  for (const [name, values] of [
    ["float-0.9999", [0, 1, 2]],
    ["int16-binary", [0, 1]],
    ["uint8-three", [0, 1, 2, 3]],
  ] as const)
    for (const id of ["c0", "c4"]) {
      const path = join(cases, name, "labels", `${id}.nii.gz`);
      const stored = readNifti(path).data;
      if (name.startsWith("float")) assert.ok(stored.includes(Math.fround(0.9999)), "nothing to be rounded");
      const { data } = readNiftiLabel(path, values);
      assert.deepEqual([...new Set(data)].sort(), values);
      assert.ok(data.every((value, i) => Math.abs(value - stored[i]) < 1e-3));
      assert.deepEqual(Uint8Array.from(readNiftiAnyLabel(path).data), data);
      const slices: number[] = [];
      for await (const slice of niftiLabelSlices(path, "LAS", values)) slices.push(...slice.data);
      assert.deepEqual(Uint8Array.from(slices), data);
    }
  assert.deepEqual(
    [0.9991, 1.0009, -0.0009, 254.9995].map((value) => wholeOf(value) + 0),
    [1, 1, 0, 255],
  );
  assert.deepEqual([0.998, 1.002, 0.5].map(wholeOf), [0.998, 1.002, 0.5]);
});

test("other fractions are refused with how the header scales what is stored", () => {
  const image = readNifti(join(cases, "float-0.9999/labels/c0.nii.gz"));
  const path = join(folder, "fraction.nii.gz");
  writeNifti(path, { ...image, data: image.data.map((value) => value / 2) });
  const message =
    /fraction.nii.gz: found label 0\.4999.* \(\d+ voxels, the first at x \d+, y \d+, z \d+\).*save it as whole numbers, without a scale \(found scl_slope 1, scl_inter 0\)$/;
  const isProblem = (error: unknown) => error instanceof Problem && message.test(error.message);
  assert.throws(() => readNiftiLabel(path, [0, 1]), isProblem);
  assert.throws(() => readNiftiAnyLabel(path), isProblem);
});
