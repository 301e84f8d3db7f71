import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { reorient } from "../../../lib/images/geometry/orientation.js";
import { openNifti, readNiftiHeader } from "../../../lib/images/nifti/bytes.js";
import { readNifti, readNiftiLabel, writeNifti } from "../../../lib/images/nifti/index.js";
import { niftiLabelSlices, niftiSlices, readLargeNifti, turnedSlices } from "../../../lib/images/nifti/slices.js";
import type { Volume } from "../../../lib/images/volume.js";
import { Problem } from "../../../lib/problem.js";
import { temporary } from "../../temporary.js";

const folder = temporary("arco-slices-");

/** 5×4×3 voxels (z, y, x), all values different, those after the first slice beyond a byte. */
const counting: Volume = {
  data: Float32Array.from({ length: 60 }, (_, i) => 20 * i - 100),
  shape: [5, 4, 3],
  spacingMm: [5, 0.75, 0.5],
  affine: [
    [-0.5, 0, 0, 12],
    [0, 0.75, 0, -7],
    [0, 0, 5, 3],
    [0, 0, 0, 1],
  ],
  path: "",
};

function written(name: string, volume: Volume<Float32Array | Uint8Array>, dtype: "int16" | "uint8" = "int16"): string {
  const path = join(folder, name);
  writeNifti(path, volume, { dtype });
  return path;
}

const messageOf = async (work: () => unknown) => {
  try {
    await work();
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
  return "";
};

const throughSlices = async (path: string) => {
  for await (const _ of niftiSlices(path, "LPS"));
};

test("slices read one by one are those of the reoriented volume, whichever way it is stored", async () => {
  for (const stored of ["LAS", "RPI", "PIR", "SRA", "ILP"])
    for (const name of ["volume.nii", "volume.nii.gz"]) {
      const path = written(name, reorient(counting, stored));
      for (const codes of ["LPS", "RAS", "PIL", "LIP"]) {
        const { data, shape } = reorient(counting, codes);
        const found = new Float32Array(data.length);
        for await (const slice of niftiSlices(path, codes)) {
          assert.deepEqual(slice.shape, shape.slice(1));
          found.set(slice.data, slice.z * slice.data.length);
        }
        assert.deepEqual(found, data, `${stored} ${codes}`);
        const turned = [...turnedSlices(readNifti(path), codes)];
        assert.deepEqual(
          turned.flatMap((slice) => [...slice.data]),
          [...data],
        );
      }
      assert.deepEqual(await readLargeNifti(path), readNifti(path));
      assert.deepEqual(readNiftiHeader(path), openNifti(path).header);
    }
});

test("a broken file has the same message as when it is read whole", async () => {
  const whole = readFileSync(written("whole.nii", counting));
  const cut = (name: string, bytes: Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const broken = [
    cut("short.nii", whole.subarray(0, 400)),
    cut("long.nii", Buffer.concat([whole, whole])),
    cut("short.nii.gz", gzipSync(whole.subarray(0, 400))),
    cut("long.nii.gz", gzipSync(Buffer.concat([whole, whole]))),
    cut("cut.nii.gz", gzipSync(whole).subarray(0, -20)),
    cut(
      "sum.nii.gz",
      gzipSync(whole).map((byte, i, all) => (i === all.length - 6 ? byte ^ 1 : byte)),
    ),
    cut("empty.nii", new Uint8Array()),
    cut("text.nii.gz", Buffer.from("not for you")),
    join(folder, "nowhere.nii"),
    folder,
  ];
  for (const path of broken) {
    const message = await messageOf(() => readNifti(path));
    assert.notEqual(message, "");
    assert.equal(await messageOf(() => throughSlices(path)), message);
  }
});

test("an unknown label or a value that is not finite is named with its place in the whole volume", async () => {
  const labels = new Uint8Array(60);
  labels[2 * 12 + 4] = 7;
  const path = written("label.nii.gz", { ...counting, data: labels }, "uint8");
  const message = await messageOf(async () => {
    for await (const _ of niftiLabelSlices(path, "LPS", [0, 1]));
  });
  assert.match(message, /label 7 \(1 voxel, the first at x 1, y 1, z 2\)/);
  assert.equal(message, await messageOf(() => readNiftiLabel(path, [0, 1])));
  const image = join(folder, "nan.nii");
  writeNifti(image, counting);
  const bytes = readFileSync(image);
  bytes.writeFloatLE(Number.NaN, bytes.length - 4);
  writeFileSync(image, bytes);
  assert.match(await messageOf(() => throughSlices(image)), /1 voxel NaN.*x 2, y 3, z 4/);
});

test("a header alone is read from the beginning of a file whose rest is missing", () => {
  const bytes = readFileSync(written("head.nii", counting));
  const path = join(folder, "head.nii.gz");
  writeFileSync(path, gzipSync(bytes).subarray(0, 250));
  assert.deepEqual(readNiftiHeader(path).shape, [5, 4, 3]);
});
