import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { readNiftiHeader } from "../../../lib/images/nifti/bytes.js";
import { copyGeometry } from "../../../lib/images/nifti/geometry.js";
import { readNifti, writeNifti } from "../../../lib/images/nifti/index.js";
import { Problem } from "../../../lib/problem.js";
import { cases, changed, header, place, root } from "./headers.js";

test("what is written like a scan keeps its codes, unit and both transforms, so that every program puts both in the same place", () => {
  const apart = (bytes: Buffer) => {
    bytes.writeInt16LE(3, 252); // another code and another place than the sform's, and metres
    bytes.writeFloatLE(0.6, 256);
    bytes.writeFloatLE(17, 268);
    bytes.writeInt16LE(4, 254);
    bytes.writeUInt8(1, 123);
  };
  const bigEndian = (bytes: Buffer) => {
    const wide = [
      0,
      32,
      36,
      108,
      112,
      116,
      ...Array.from({ length: 8 }, (_, i) => 76 + 4 * i),
      ...Array.from({ length: 18 }, (_, i) => 256 + 4 * i),
    ];
    for (const at of wide) bytes.subarray(at, at + 4).swap32();
    for (const at of [70, 72, 252, 254, ...Array.from({ length: 8 }, (_, i) => 40 + 2 * i)])
      bytes.subarray(at, at + 2).swap16();
    bytes.subarray(352).swap16();
  };
  const scans = [
    changed("trailing-16", "apart.nii", apart),
    changed("trailing-16", "big.nii", (bytes) => {
      apart(bytes);
      bigEndian(bytes);
    }),
    changed("trailing-16", "none.nii", (bytes) => bytes.fill(0, 252, 328)),
    changed("trailing-16", "code.nii", (bytes) => bytes.writeInt16LE(2, 254)),
    header("qform-negative-y"),
    header("sform-zeros-qform-good"),
    header("2d-none-zero-z"),
    join(cases, "unplaced/none/images/c0.nii.gz"),
    join(cases, "pairs/identity/images/c0.nii.gz"),
  ];
  const said = scans.map((scan, i) => {
    const image = readNifti(scan);
    const mask = place(`mask${i}.nii.gz`);
    writeNifti(mask, { ...image, data: new Uint8Array(image.data.length) }, { like: scan });
    const [before, after] = [scan, mask].map((path) => readNiftiHeader(path).placement);
    const said = ({ unit, qformCode, sformCode, pixDims: [, ...steps] }: typeof before) => [
      unit,
      qformCode,
      sformCode,
      steps,
    ];
    assert.deepEqual(said(after), said(before), scan);
    if (before.sform) assert.deepEqual(after.sform, before.sform);
    if (before.qform) assert.deepEqual([after.qform, after.pixDims], [before.qform, before.pixDims]);
    assert.deepEqual(readNifti(mask).affine, image.affine);
    return [scan, mask];
  });
  const python = join(root, ".venv/bin/python");
  const found = execFileSync(python, [join(root, "test/segmentation/reference.py"), "places", ...said.flat()], {
    encoding: "utf8",
  });
  for (const [i, { codes, apart }] of JSON.parse(found).entries()) {
    assert.deepEqual(codes[0], codes[1], said[i][0]);
    if (!said[i][0].includes("sform-zeros")) assert.ok(apart < 1e-5, `${said[i][0]}: ${apart} mm`); // nibabel takes the zeros
  }
});

test("nothing is written like a file of another grid", () => {
  const image = readNifti(header("dim4-zero"));
  const write = () => writeNifti(place("other.nii"), image, { like: join(cases, "pairs/identity/images/c0.nii.gz") });
  assert.throws(write, (error) => error instanceof Problem && /c0.nii.gz: lies on another grid/.test(error.message));
});

test("a label takes the geometry of its image and keeps its voxels, their kind and scale, to the last bit", () => {
  const [label, image] = ["labels", "images"].map((part) => join(cases, "pairs/identity", part, "c0.nii.gz"));
  const scaled = join(cases, "labels-scaled/int16-binary/labels/c0.nii.gz");
  for (const path of [label, scaled]) {
    copyGeometry(path, image, place("placed.nii.gz"));
    const [before, after, like] = [path, place("placed.nii.gz"), image].map((one) => readNiftiHeader(one));
    assert.deepEqual(after.affine, like.affine);
    assert.deepEqual([after.kind, after.slope, after.intercept], [before.kind, before.slope, before.intercept]);
    assert.deepEqual(readNifti(place("placed.nii.gz")).data, readNifti(path).data);
  }
  assert.throws(
    () => copyGeometry(header("dim4-zero"), image, place("no.nii")),
    /dim4-zero.nii: found 2×3×4 voxels, expected the 20×22×12 of .*; resample it instead/,
  );
});
