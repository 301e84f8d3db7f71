import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Benchmark } from "../../lib/benchmarks/benchmark.js";
import { prepare } from "../../lib/benchmarks/cache/preparing.js";
import { benchmarks } from "../../lib/benchmarks/index.js";
import { mpMri } from "../../lib/benchmarks/mpMri/index.js";
import { stream } from "../../lib/engine/random.js";
import { readNifti, writeNifti } from "../../lib/images/nifti/index.js";
import type { Volume } from "../../lib/images/volume.js";
import { Problem } from "../../lib/problem.js";
import { temporary } from "../temporary.js";
import { readWhole } from "./reading.js";
import { writeSeries } from "./scanCopies.js";

const home = temporary("arco mp ü-");
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
  const folder = mkdtempSync(join(home, "copy-"));
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

/** The same files with the phases of some cases in one. */
function writeJoined(joined: Readonly<Record<string, string>>): string {
  const folder = writeCopy();
  for (const [id, name] of Object.entries(joined)) {
    const place = (file: string) => join(folder, id, file);
    const files = phases.map((phase) => place(`${phase}.nii.gz`));
    writeSeries(place(name), files.map(readNifti));
    for (const file of files) rmSync(file);
  }
  return folder;
}

const joined = { "a 1": "image.nii", b: "image.nii.gz", c: "image.nii.gz", d: "image.nii", e: "image.nii.gz" };

async function wrongIn(folder: string): Promise<string[]> {
  const wrong = [];
  for await (const { ok, message } of mpMri.check(folder)) if (!ok) wrong.push(message);
  return wrong;
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

test("three files or one of four dimensions, case by case: the same examples and cases, bit for bit", async () => {
  const { c, d } = joined;
  const read = async (folder: string) =>
    readWhole(await mpMri.open({ labeled: 2, folder, labeledChoices: [2], options }));
  const apart = await read(writeCopy());
  for (const [form, files] of [
    [joined, 10],
    [{ c, d }, 16],
  ] as const) {
    const folder = writeJoined(form);
    assert.equal(mpMri.find(folder), folder);
    assert.deepEqual(mpMri.state(folder), { folder, layout: "NIfTI", found: files, expected: files, message: "" });
    assert.deepEqual(await wrongIn(folder), []);
    assert.deepEqual(await read(folder), apart);
  }
});

test("cases are prepared from either form, and again when a case changes its form", async () => {
  const folder = writeCopy();
  const prepared = async () => prepare(mpMri, { folder, options, workers: 1 });
  await prepared();
  const place = (name: string) => join(folder, "c", name);
  const files = phases.map((phase) => place(`${phase}.nii.gz`));
  writeSeries(place("image.nii.gz"), files.map(readNifti));
  for (const file of files) rmSync(file);
  assert.deepEqual(await prepared(), { made: 1, there: 2, swept: 2 });
});

test("a file of phases that does not hold the three, or not them alone, is named with what to do", async () => {
  const broken: Readonly<Record<string, [(place: (name: string) => string) => void, string, string]>> = {
    "two phases": [
      (place) => writeSeries(place("image.nii.gz"), [volumeOf("c", "pre"), volumeOf("c", "art")]),
      "image.nii.gz",
      ": found 4 dimensions (24×20×16×2), expected 4, the last of 3: pre, art, ven; save these in this order in one file",
    ],
    "one phase": [
      (place) => writeNifti(place("image.nii.gz"), volumeOf("c", "pre")),
      "image.nii.gz",
      ": found 3 dimensions (24×20×16), expected 4, the last of 3: pre, art, ven; save these in this order in one file",
    ],
    "a phase of one value": [
      (place) => {
        const flat = { ...volumeOf("c", "art"), data: new Float32Array(16 * 20 * 24).fill(7) };
        writeSeries(place("image.nii.gz"), [volumeOf("c", "pre"), flat, volumeOf("c", "ven")]);
      },
      "image.nii.gz",
      " (art): every voxel is 7, expected an image; check the file",
    ],
    "a label of four dimensions": [
      (place) => writeSeries(place("label.nii.gz"), [labelOf("c"), labelOf("c")]),
      "label.nii.gz",
      ": found 4 dimensions (24×20×16×2), expected one volume of 3; split it into volumes first",
    ],
    "both forms": [
      (place) => writeNifti(place("ven.nii.gz"), volumeOf("c", "ven")),
      "",
      ": found image.nii.gz, ven.nii.gz, expected one file for all phases or one for each; move one form away",
    ],
    "both endings": [
      (place) => renameSync(join(place(".."), "b", "image.nii.gz"), place("image.nii")),
      "",
      ": found image.nii.gz and image.nii, expected one of them; move the other away",
    ],
  };
  for (const [what, [spoil, name, message]] of Object.entries(broken)) {
    const folder = writeJoined(joined);
    const place = (file: string) => join(folder, "c", file);
    spoil(place);
    const expected = `${place(name).replace(/\/$/, "")}${message}`;
    assert.ok((await wrongIn(folder)).includes(expected), what);
    await assert.rejects(
      async () => (await mpMri.open({ labeled: 1, folder, options })).labeled.read(0),
      new Problem(expected),
      what,
    );
    if (name === "") assert.equal(mpMri.state(folder).message, expected);
  }
});

/** Writes a case again with voxels of another size, x, y, z. */
function resize(folder: string, id: string, [x, y, z]: readonly [number, number, number]): void {
  const larger = {
    spacingMm: [z, y, x] as const,
    affine: [
      [x, 0, 0, -12],
      [0, y, 0, -10],
      [0, 0, z, -8],
      [0, 0, 0, 1],
    ],
  };
  const place = (name: string) => join(folder, id, `${name}.nii.gz`);
  const all = phases.map((phase) => ({ ...volumeOf(id, phase), ...larger }));
  if (existsSync(place("image"))) writeSeries(place("image"), all);
  else for (const [at, phase] of phases.entries()) writeNifti(place(phase), all[at]);
  writeNifti(place("label"), { ...labelOf(id), ...larger });
}

/** What a check says of files with which nothing is wrong. */
async function remarksIn({ check }: Pick<Benchmark, "check">, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { ok, path, message, remarks = [] } of check(folder)) {
    assert.ok(ok, message);
    found.push(...remarks.map((remark) => `${path.slice(folder.length + 1)}: ${remark}`));
  }
  return found;
}

test("cases whose voxels are more than twice as long or as short as the paper's millimetre are named by the check and in a note, from either form; the others are not", async () => {
  const folder = writeJoined({ e: "image.nii.gz" });
  assert.deepEqual((await mpMri.open({ labeled: 1, folder, options })).notes, []);
  assert.deepEqual(await remarksIn(mpMri, folder), []);
  resize(folder, "a 1", [1.4, 1.4, 9]);
  resize(folder, "c", [2, 2, 0.5]);
  resize(folder, "d", [1, 0.4, 1]);
  resize(folder, "e", [1, 1, 3]);
  const why = "more than twice as long or as short, so that a patch shows more or less of the body; resample first";
  assert.deepEqual(await remarksIn(mpMri, folder), [
    `a 1/art.nii.gz: its voxels are 1.4×1.4×9 mm, those of MP-MRI 1×1×1 mm: ${why}`,
    `d/art.nii.gz: its voxels are 1×0.4×1 mm, those of MP-MRI 1×1×1 mm: ${why}`,
    `e/image.nii.gz: its voxels are 1×1×3 mm, those of MP-MRI 1×1×1 mm: ${why}`,
  ]);
  const { notes, benchmark } = await mpMri.open({ labeled: 1, folder, options });
  const named = "a 1 (1.4×1.4×9 mm), e (1×1×3 mm), d (1×0.4×1 mm)";
  assert.deepEqual(notes, [`${folder}: 3 of 5 cases have other voxels than the 1×1×1 mm of MP-MRI: ${named}: ${why}`]);
  assert.deepEqual(benchmark.spacingMm, [1, 1, 1]); // what scans to be segmented are compared with
});

test("its phantom, whose grid is coarser, has voxels as much larger, and nothing is odd about them", async () => {
  const phantom = benchmarks["phantom-mpMri"];
  const folder = writeCopy();
  const opened = async () => phantom.open({ labeled: 1, folder, options });
  assert.match((await opened()).notes.join(), /5 of 5 cases have other voxels than the 4×4×4 mm/);
  for (const id of ["a 1", "b", "c", "d", "e"]) resize(folder, id, [4, 4, 4]);
  assert.deepEqual([(await opened()).notes, await remarksIn(phantom, folder)], [[], []]);
  for (const { spacingMm } of [phantom, (await opened()).benchmark]) assert.deepEqual(spacingMm, [4, 4, 4]);
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
  assert.match(
    mpMri.state("/nowhere").message,
    /\/nowhere: found no folders of cases with art.nii.gz or image.nii.gz.*not public/,
  );
  await assert.rejects(mpMri.open({ labeled: 1, folder: "/nowhere" }), problem(/not public/));
  const folder = writeCopy();
  await assert.rejects(
    mpMri.open({ labeled: 5, folder, options }),
    problem(/found 3 cases to train on, expected at least the 5/),
  );
  writeFileSync(join(folder, "val.txt"), "c\n");
  await assert.rejects(
    mpMri.open({ labeled: 1, folder, options }),
    problem(/found c in train.txt and in val.txt, expected it in one list only/),
  );
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
