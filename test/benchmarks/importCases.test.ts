import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { type ImportOptions, importScans } from "../../lib/benchmarks/own/importing.js";
import { placeLabels } from "../../lib/benchmarks/own/placing.js";
import { readNifti } from "../../lib/images/nifti/index.js";
import { predictionPath } from "../../lib/runs/assess.js";
import { temporary } from "../temporary.js";
import { isProblem } from "./reading.js";

const cases = join(import.meta.dirname, "../fixtures/cases");
const home = temporary("arco-cases-");
process.env.ARCO_CACHE = join(home, "cache");

const pair = (folder: string) => ({ images: join(folder, "images"), labels: join(folder, "labels") });
const importing = (name: string, from: ImportOptions["from"], options: Partial<ImportOptions> = {}) =>
  importScans({ from, name, out: join(home, "out", name), ...options });

/** A copy of the scans of a case, for names and lists of its own. */
function copied(name: string): { images: string; labels: string } {
  cpSync(join(cases, "labels-scaled/int16-binary"), join(home, name), { recursive: true });
  return pair(join(home, name));
}

test("scaled labels are the classes they stand for", async () => {
  for (const [name, classes] of [
    ["float-0.9999", 3],
    ["int16-binary", 2],
    ["uint8-three", 4],
  ] as const) {
    const from = pair(join(cases, "labels-scaled", name));
    const { description, benchmark } = await importing(name.replace(".", "-"), from);
    assert.deepEqual(benchmark.labelValues, [0, 1, 2, 3].slice(0, classes));
    assert.deepEqual(description.oddities, []);
    const { labeled } = await benchmark.open({ labeled: 1 });
    const values = new Set<number>();
    for (const i of labeled.ids.keys()) for (const value of (await labeled.read(i)).label ?? []) values.add(value);
    assert.deepEqual([...values].sort(), benchmark.labelValues);
  }
});

test("a blank image is left out and named; as CT it is one if it has nothing within the window", async () => {
  for (const [name, why] of [
    ["constant", "every voxel is 5"],
    ["almost-constant", "99 % of its voxels are 0"],
  ] as const) {
    const { description, benchmark } = await importing(name, pair(join(cases, "pairs", name)));
    assert.deepEqual(description.oddities, [`image c2.nii.gz is blank: ${why}; it was left out`]);
    assert.deepEqual(
      [Object.keys(description.cases), benchmark.oddities],
      [["c0", "c1", "c3", "c4"], description.oddities],
    );
  }
  const ct = { modality: "ct", overwrite: true } as const;
  const from = pair(join(cases, "pairs/almost-constant"));
  assert.deepEqual((await importing("almost-constant", from, { ...ct, window: [-200, 250] })).description.oddities, []);
  await assert.rejects(
    importing("dark", from, { ...ct, window: [5000, 6000] }),
    isProblem(
      /found 0 labelled cases.*\n(image c\d.nii.gz is blank: its values, .* all lie outside the window of 5000 to 6000; it was left out\n?){5}$/,
    ),
  );
});

test("a blank image that an earlier import took is found by a check", async () => {
  const { description, path } = await importing("earlier", copied("earlier"));
  const { ownBenchmark } = await import("../../lib/benchmarks/own/own.js");
  const blank = pair(join(cases, "pairs/constant"));
  const folder = join(path, "..");
  const all = (await importing("earlier", blank, { overwrite: true })).description;
  const { sha256 } = await import("../../lib/benchmarks/own/inspecting.js");
  const hash = (part: keyof typeof blank) => sha256(readFileSync(join(blank[part], "c2.nii.gz")));
  const c2 = {
    image: "c2.nii.gz",
    label: "c2.nii.gz",
    slices: 12,
    sha256: { image: hash("images"), label: hash("labels") },
  };
  const taken = ownBenchmark(folder, { ...all, cases: { ...all.cases, c2 } });
  const wrong = [];
  for await (const finding of taken.check(folder)) if (!finding.ok) wrong.push(finding.message);
  assert.equal(wrong.length, 1, `${description.name}: ${wrong}`);
  assert.match(
    wrong[0],
    /images\/c2.nii.gz: every voxel is 5, expected an image; take it out of the folder and import/,
  );
});

test("what headers left out is among the oddities, once for all files of which it is true", async () => {
  for (const [name, remark] of [
    ["negative", "the header has distances of −1.5×−1.5×−3 (pixdim); taken without their signs"],
    ["none", "the header says nothing of its orientation (qform_code and sform_code are 0); taken as RAS"],
  ]) {
    const { description, benchmark, path } = await importing(name, pair(join(cases, "unplaced", name)));
    assert.deepEqual(
      description.oddities,
      ["images", "labels"].map((kind) => `5 ${kind} (the first is c0.nii.gz): ${remark}`),
    );
    assert.deepEqual([description.found.spacing, benchmark.unit], ["1.5 × 1.5 × 3", "mm"]);
    for await (const { ok, remarks } of benchmark.check(join(path, "..")))
      assert.deepEqual([ok, remarks], [true, [remark]]);
  }
});

test("endings in capitals are read; labels that are left without an image are listed, with why", async () => {
  const { description } = await importing("upper", pair(join(cases, "names/upper")));
  assert.deepEqual([Object.keys(description.cases).length, description.oddities], [5, []]);
  const part = join(cases, "names/nnunet-part");
  const from = { images: join(part, "imagesTr"), labels: join(part, "labelsTr") };
  const why = (id: string) =>
    `label ${id}.nii.gz has no image; it was left out; ${id}_0000.nii.gz ends in a number, which counts as that of a channel only where all images do, and c0.nii.gz does not: name them alike`;
  const listed = ["c1", "c2", "c3", "c4"].map(why).join("\n");
  await assert.rejects(importing("part", from), (error) => error instanceof Error && error.message.endsWith(listed));
  await assert.rejects(importing("part", from), isProblem(/^found 1 labelled case, expected at least 2/));
});

test("dataset.json may begin with a byte-order mark and name whole paths; a comma too many is found by line and column", async () => {
  const bom = await importing("bom", join(cases, "dataset-json/bom"));
  assert.deepEqual([Object.keys(bom.description.cases).length, bom.benchmark.classes[1].name], [5, "thing"]);
  await assert.rejects(
    importing("comma", join(cases, "dataset-json/trailing-comma")),
    isProblem(
      /^[^\n]*trailing-comma\/dataset.json: not JSON: line 35, column 1: Expected double-quoted property name; correct it there[^\n]*$/,
    ),
  );
  const folder = join(home, "whole");
  mkdirSync(folder);
  const { images, labels } = copied("elsewhere");
  const training = [0, 1, 2, 3].map((i) => ({
    image: i % 2 ? resolve(images, `c${i}.nii.gz`) : `../elsewhere/images/c${i}.nii.gz`,
    label: resolve(labels, `c${i}.nii.gz`),
  }));
  const test = [resolve(images, "c4.nii.gz")];
  writeFileSync(
    join(folder, "dataset.json"),
    JSON.stringify({ labels: { 0: "background", 1: "thing" }, training, test }),
  );
  const { description, benchmark } = await importing("whole-paths", folder);
  assert.deepEqual([Object.keys(description.cases), description.oddities], [["c0", "c1", "c2", "c3", "c4"], []]);
  const { labeled, unlabeled } = await benchmark.open({ labeled: 2 });
  assert.equal(labeled.size + unlabeled.size, 3 * 12);
  assert.equal((await unlabeled.read(0)).label, undefined);
  assert.equal(benchmark.state().message, "");
});

test("labels saved without geometry are told how to take their images', one by one or all at once, and then belong to them", async () => {
  const from = pair(join(cases, "pairs/identity"));
  await assert.rejects(
    importing("identity", from),
    isProblem(
      /5 of 5 cases .*\n.*c0.nii.gz: .*identity matrix.*resampling would spoil it\): arco data geometry .*labels\/c0.nii.gz --like .*images\/c0.nii.gz --out .*labels-placed\/c0.nii.gz\n[\s\S]*\nall labels at once: arco data geometry .*labels --like .*images --out .*labels-placed$/,
    ),
  );
  const out = join(home, "placed");
  const { written, failed } = placeLabels(from.labels, from.images, out);
  assert.deepEqual([written.length, failed, readdirSync(out).length], [5, [], 5]);
  assert.throws(
    () => placeLabels(from.labels, from.images, out),
    isProblem(/c0.nii.gz: is there already; .*--overwrite/),
  );
  assert.throws(
    () =>
      placeLabels(join(out, "c0.nii.gz"), join(from.images, "c0.nii.gz"), join(out, "c0.nii.gz"), { overwrite: true }),
    isProblem(/would be replaced while it is read/),
  );
  const { description } = await importing("identity", { images: from.images, labels: out });
  assert.deepEqual([description.oddities, description.found.classes[1].cases], [[], 5]);
  for (const name of readdirSync(out))
    assert.deepEqual(readNifti(join(out, name)).data, readNifti(join(from.labels, name)).data);
});

test("names of 239 bytes, whatever their letters, are imported, prepared, read and predicted under short names", async () => {
  for (const [name, letter] of [
    ["plain", "x"],
    ["umlauts", "ä"],
  ]) {
    const { images, labels } = copied(name);
    for (const id of [0, 1, 2, 3, 4]) {
      const long = `c${id}${letter.repeat(Math.floor((239 - "c0.nii.gz".length) / Buffer.byteLength(letter)))}.nii.gz`;
      for (const folder of [images, labels]) renameSync(join(folder, `c${id}.nii.gz`), join(folder, long));
    }
    const { benchmark, description } = await importing(`long-${name}`, { images, labels });
    const opened = await benchmark.open({ labeled: 3 });
    for (const i of [0, 13]) assert.equal((await opened.labeled.read(i)).label?.length, 32 * 32);
    const longest = Math.max(
      ...readdirSync(join(home, "cache", benchmark.name)).map((file) => Buffer.byteLength(file)),
    );
    assert.ok(longest < 200, `${longest} bytes`);
    const ids = Object.keys(description.cases);
    const paths = ids.map((id) => predictionPath(id)[1]);
    assert.ok(paths.every((path) => Buffer.byteLength(path) < 220) && new Set(paths).size === ids.length);
  }
  await assert.rejects(
    importing("n".repeat(70), copied("names")),
    isProblem(/--name: found 70 characters, expected at most 64/),
  );
});
