import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { readNifti } from "../../../lib/images/nifti/index.js";
import { niftiSlices } from "../../../lib/images/nifti/slices.js";
import { remarksOn } from "../../../lib/images/remarks.js";
import { cases, changed, header, place } from "./headers.js";

test("what a header leaves out or has in a form that cannot be used is read as nibabel and ITK read it, and said", async () => {
  const says = "the header says nothing of its orientation (qform_code and sform_code are 0); taken as RAS";
  for (const [path, shape, spacing, remarks] of [
    [
      header("qform-negative-y"),
      [4, 3, 2],
      [5, 2, 2],
      ["the header has distances of 2×−2×5 (pixdim); taken without their signs"],
    ],
    [
      header("none-negative"),
      [4, 3, 2],
      [5, 3, 2],
      [says, "the header has distances of −2×3×5 (pixdim); taken without their signs"],
    ],
    [header("dim4-zero"), [4, 3, 2], [5, 3, 2], ["the header claims 2×3×4×0 voxels; 0 was taken as 1"]],
    [
      header("2d-none-zero-z"),
      [1, 6, 4],
      [1, 3, 2],
      [says, "the header has distances of 2×3×0 (pixdim), and one voxel along z; taken as 1 there"],
    ],
    [
      header("sform-zeros-qform-good"),
      [4, 3, 2],
      [5, 3, 2],
      ["the sform (code 1) of the header spans no volume; the qform (code 1) was taken"],
    ],
    [header("trailing-16"), [4, 3, 2], [5, 3, 2], ["16 bytes lie behind the voxels; they were ignored"]],
    [
      join(cases, "unplaced/negative/images/c0.nii.gz"),
      [12, 22, 20],
      [3, 1.5, 1.5],
      ["the header has distances of −1.5×−1.5×−3 (pixdim); taken without their signs"],
    ],
    [join(cases, "unplaced/none/images/c0.nii.gz"), [12, 22, 20], [3, 1.5, 1.5], [says]],
    [join(cases, "pairs/identity/images/c0.nii.gz"), [12, 22, 20], [3, 1.5, 1.5], []],
  ] as const) {
    const found = readNifti(path);
    assert.deepEqual([found.shape, found.spacingMm], [shape, spacing], path);
    assert.deepEqual(await remarksOn(path), remarks);
  }
  const { data } = readNifti(header("2d-none-zero-z"));
  assert.deepEqual([...data.slice(0, 4)], [0, 1, 2, 3]);
});

test("the same goes for a negative or missing distance along any axis, a long quaternion, a unit that is none, an endless slope", async () => {
  for (const axis of [1, 2, 3]) {
    const path = changed("qform-negative-y", "axis.nii", (bytes) => {
      bytes.writeFloatLE(2, 84);
      bytes.writeFloatLE(-7, 76 + 4 * axis);
    });
    assert.equal(readNifti(path).spacingMm[3 - axis], 7);
    assert.match((await remarksOn(path)).join(), /taken without their signs/);
  }
  const remark = async (change: (bytes: Buffer) => void) =>
    (await remarksOn(changed("trailing-16", "odd.nii", change)))[0];
  const quaternion = (bytes: Buffer) => {
    bytes.writeInt16LE(1, 252);
    bytes.writeInt16LE(0, 254);
    bytes.writeFloatLE(2, 256);
  };
  assert.match(await remark(quaternion), /quaternion of length 2\.000; taken as 1/);
  assert.match(await remark((bytes) => bytes.writeUInt8(5, 123)), /in the unit 5, which there is none of; taken as mm/);
  assert.match(
    await remark((bytes) => bytes.writeFloatLE(Number.POSITIVE_INFINITY, 112)),
    /scl_slope Infinity; taken as 1/,
  );
  const flat = changed("2d-none-zero-z", "flat.nii", (bytes) => {
    bytes.writeInt16LE(1, 254);
    for (const [at, value] of [
      [280, 2],
      [284, 0],
      [300, 3],
      [304, 0],
      [312, 0],
    ] as const)
      bytes.writeFloatLE(value, at);
  });
  assert.deepEqual(readNifti(flat).spacingMm, [1, 3, 2]);
  assert.match(
    (await remarksOn(flat)).join(),
    /the sform \(code 1\) of the header has no length along z, .*; taken as 1/,
  );
});

test("a damaged transform gives way to the next one, or to the distances alone; where none is left the file is refused", async () => {
  const zeros = (bytes: Buffer) => bytes.fill(0, 280, 328);
  const noQform = (bytes: Buffer) => bytes.writeInt16LE(0, 252);
  const alone = changed("sform-zeros-qform-good", "alone.nii", (bytes) => {
    zeros(bytes);
    noQform(bytes);
  });
  assert.deepEqual(readNifti(alone).affine, [
    [2, 0, 0, 0],
    [0, 3, 0, 0],
    [0, 0, 5, 0],
    [0, 0, 0, 1],
  ]);
  assert.match(
    (await remarksOn(alone)).join(),
    /the sform \(code 1\) of the header spans no volume; the distances .* taken/,
  );
  const none = changed("sform-zeros-qform-good", "none.nii", (bytes) => bytes.writeFloatLE(0, 80));
  assert.throws(
    () => readNifti(none),
    /none.nii: neither sform .* nor qform .* nor distances .*pixdim 0×3×5\); the header is damaged/,
  );
});

test("bytes behind the voxels are passed over, packed or not, in one piece or by slices; as many as the voxels have are too many", async () => {
  const whole = readFileSync(header("trailing-16")).subarray(0, 400);
  const { data } = readNifti(header("dim4-zero"));
  for (const [count, isRead] of [
    [1, true],
    [47, true],
    [48, false],
    [10_000, false],
  ] as const)
    for (const name of ["behind.nii", "behind.nii.gz"]) {
      const bytes = Buffer.concat([whole, Buffer.alloc(count, 7)]);
      writeFileSync(place(name), name.endsWith("gz") ? gzipSync(bytes) : bytes);
      const slices = async () => {
        const found: number[] = [];
        for await (const slice of niftiSlices(place(name), "LAS")) found.push(...slice.data);
        return found;
      };
      if (isRead) {
        assert.deepEqual(readNifti(place(name)).data, data);
        assert.deepEqual(await slices(), [...data]);
        assert.deepEqual(await remarksOn(place(name)), [`${count} bytes lie behind the voxels; they were ignored`]);
      } else {
        assert.throws(() => readNifti(place(name)), /header and voxels do not belong together/);
        await assert.rejects(slices, /header and voxels do not belong together/);
      }
    }
});
