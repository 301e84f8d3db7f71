import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { mpMri } from "../../lib/benchmarks/mpMri.js";
import { stream } from "../../lib/engine/random.js";
import { writeNifti } from "../../lib/images/nifti.js";
import type { Volume } from "../../lib/images/volume.js";
import { temporary } from "../temporary.js";

process.env.ARCO_CACHE = temporary("arco-mpmri-cache-");
const options = { patch: "32x16x16", stride: "16x16x8" };
const problem = (message: RegExp) => ({ name: "Problem", message });
const phases = ["pre", "art", "ven"] as const;

const shape = [16, 20, 24] as const; // z, y, x
/** Voxels that point to the right and to the front: both are turned round before the network sees them. */
const geometry = {
  shape,
  spacingMm: [1, 1, 1] as const,
  affine: [
    [1, 0, 0, -12],
    [0, 1, 0, -10],
    [0, 0, 1, -8],
    [0, 0, 0, 1],
  ],
};

function volumeOf(id: string, phase: string): Volume {
  const rng = stream(0, id, phase);
  const data = Float32Array.from({ length: 16 * 20 * 24 }, () => rng.integer(0, 1000));
  return { data, ...geometry, path: phase };
}

const labelOf = (id: string): Volume<Uint8Array> => ({
  data: Uint8Array.from(volumeOf(id, "art").data, (value) => (value > 700 ? 1 : 0)),
  ...geometry,
  path: id,
});

function writeCopy({ blind = [] }: { blind?: readonly string[] } = {}): string {
  const folder = temporary("arco mp ü-");
  for (const id of ["a 1", "b", "c", "d", "e"]) {
    mkdirSync(join(folder, id));
    for (const phase of phases) writeNifti(join(folder, id, `${phase}.nii.gz`), volumeOf(id, phase));
    const label = join(folder, id, "label.nii.gz");
    if (blind.includes(id)) writeFileSync(label, "not for you");
    else writeNifti(label, labelOf(id));
  }
  for (const [name, ids] of Object.entries({ train: "c\na 1\ne", val: "b", test: "d" }))
    writeFileSync(join(folder, `${name}.txt`), `${ids}\n`);
  return folder;
}

/** The value that x, y, z of the turned volume (LPS) have, where the file says right and front. */
const turned = (data: ArrayLike<number>, x: number, y: number, z: number) => data[(z * 20 + 19 - y) * 24 + 23 - x];

test("the phases are the channels, each scaled to [0, 1] by its extremes, turned to LPS, with x first", async () => {
  const folder = writeCopy();
  assert.deepEqual(mpMri.state(folder), { folder, layout: "NIfTI", found: 20, expected: 20, message: "" });
  for await (const { ok, message } of mpMri.check(folder)) assert.ok(ok, message);
  const { labeled, unlabeled, validation, benchmark } = await mpMri.open({ labeled: 1, folder, options });
  assert.deepEqual([labeled.ids, unlabeled.ids, validation.ids], [["c"], ["a 1", "e"], ["b"]]);
  assert.deepEqual([benchmark.imageSize, benchmark.channels], [[32, 16, 16], 3]);
  const { image, label, shape: sides } = await labeled.read(0);
  assert.deepEqual(sides, [24, 20, 16]);
  for (const [c, phase] of phases.entries()) {
    const { data } = volumeOf("c", phase);
    const [low, high] = [data.reduce((a, b) => Math.min(a, b)), data.reduce((a, b) => Math.max(a, b))];
    for (const [x, y, z] of [
      [0, 0, 0],
      [1, 0, 0],
      [23, 19, 15],
      [5, 7, 9],
    ]) {
      const at = (x * 20 + y) * 16 + z;
      assert.ok(Math.abs(image[3 * at + c] - (turned(data, x, y, z) - low) / (high - low)) < 1e-6);
      assert.equal(label?.[at], turned(labelOf("c").data, x, y, z));
    }
  }
});

test("what the network says of a case lies on the case's grid", async () => {
  const { validation, toNetwork, fromNetwork } = await mpMri.open({ labeled: 100, folder: writeCopy(), options });
  const { image, label } = await validation.read(0);
  const { slices, shape: sides } = toNetwork(image);
  assert.deepEqual([slices[0].length, sides], [3 * label.data.length, [24, 20, 16]]);
  const own = labelOf("b").data;
  const map = Uint8Array.from({ length: label.data.length }, (_, i) =>
    turned(own, Math.floor(i / 320), Math.floor(i / 16) % 20, i % 16),
  );
  const back = fromNetwork([map], image);
  assert.deepEqual([back.data, back.affine], [label.data, label.affine]);
  assert.throws(
    () => toNetwork(volumeOf("b", "art")),
    problem(/found 1 values in each voxel, expected 3: pre, art, ven/),
  );
});

test("labels of unlabelled cases and cases to test are not read before their time", async () => {
  const folder = writeCopy({ blind: ["a 1", "e"] });
  const { unlabeled, test: cases, openTest } = await mpMri.open({ labeled: 1, folder, options });
  assert.equal((await unlabeled.read(0)).label, undefined);
  await assert.rejects(cases.read(0), problem(/test case/));
  openTest();
  assert.equal((await cases.read(0)).id, "d");
});

test("it is not public, and what is missing or contradictory says what to do", async () => {
  assert.match(mpMri.state("/nowhere").message, /\/nowhere: found no folders of cases.*not public/);
  await assert.rejects(mpMri.open({ labeled: 1, folder: "/nowhere" }), problem(/not public/));
  const folder = writeCopy();
  await assert.rejects(
    mpMri.open({ labeled: 5, folder, options }),
    problem(/found 3 cases to train on, expected at least the 5/),
  );
  writeFileSync(join(folder, "val.txt"), "c\n");
  await assert.rejects(mpMri.open({ labeled: 1, folder, options }), problem(/found c in two lists/));
  const other = writeCopy();
  const lists = { ...options, lists: other };
  assert.equal((await mpMri.open({ labeled: 1, folder, options: lists })).validation.ids.join(), "b");
  writeNifti(join(folder, "b", "ven.nii.gz"), {
    ...volumeOf("b", "ven"),
    affine: [...geometry.affine.slice(0, 2), [0, 0, 1, 8], [0, 0, 0, 1]],
  });
  const wrong = [];
  for await (const finding of mpMri.check(folder, { lists: other })) if (!finding.ok) wrong.push(finding.message);
  assert.equal(wrong.length, 1);
  assert.match(wrong[0], /ven\.nii\.gz: its corners lie up to 16 mm/);
});
