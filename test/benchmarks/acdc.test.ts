import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { acdc } from "../../lib/benchmarks/acdc/index.js";
import { labeledSlices, readLists, trainingSlices } from "../../lib/benchmarks/acdc/lists.js";
import type { DataOptions } from "../../lib/benchmarks/benchmark.js";
import { writeNifti } from "../../lib/images/nifti/index.js";
import { Problem } from "../../lib/problem.js";
import { forms, volume, writeCopy, writeLists } from "./acdcCopy.js";
import { isProblem, readAll } from "./reading.js";

const lists = writeLists();
const opened = async (folder: string, { labeled = 1, ...options }: { labeled?: number } & DataOptions = {}) =>
  acdc.open({ labeled, folder, options: { lists, ...options } });

test("the official lists have 1312 training slices of 70 patients, and 10 and 20 other patients", () => {
  const { train, validation, test: testing } = readLists("official");
  const patients = (ids: readonly string[]) => new Set(ids.map((id) => id.split("_")[0]));
  assert.deepEqual(
    [train, validation, testing].map((ids) => [ids.length, patients(ids).size]),
    [
      [1312, 70],
      [20, 10],
      [40, 20],
    ],
  );
  assert.equal(patients([...train, ...validation, ...testing]).size, 100);
  for (const { slice, slices } of trainingSlices(train, false)) assert.ok(slice >= 0 && slice < slices); // numbers of a volume are without gap
});

test("1, 3, 7 and 70 patients have 32, 68, 136 and 1312 slices; the released code takes 23 for the first", () => {
  const { train } = readLists("official");
  assert.deepEqual(
    acdc.labeledChoices.map((count) => labeledSlices(train, count, "patients")),
    [32, 68, 136, 1312],
  );
  assert.deepEqual(
    acdc.labeledChoices.map((count) => labeledSlices(train, count, "slices")),
    [23, 68, 136, 1312],
  );
});

test("every form of the files gives the same examples and the same cases, bit for bit", async () => {
  const all = await Promise.all(forms.map(async (form) => opened(await writeCopy(form))));
  const examples = await Promise.all(
    all.map(async ({ labeled, unlabeled }) => [...(await readAll(labeled)), ...(await readAll(unlabeled))]),
  );
  const cases = await Promise.all(
    all.map(async ({ validation, toNetwork }) =>
      Promise.all(validation.ids.map(async (_, i) => toNetwork((await validation.read(i)).image).slices)),
    ),
  );
  const labels = await Promise.all(
    all.map(async ({ validation }) =>
      Promise.all(validation.ids.map(async (_, i) => (await validation.read(i)).label.data)),
    ),
  );
  for (const i of forms.keys()) {
    assert.deepEqual(examples[i], examples[0], forms[i]);
    assert.deepEqual(cases[i], cases[0], forms[i]);
    assert.deepEqual(labels[i], labels[0], forms[i]);
  }
  assert.deepEqual(labels[0][1], volume("patient011_frame02").label.data);
});

test("an example is its slice, scaled by the extremes of the whole volume and resized with order 0", async () => {
  const { labeled } = await opened(await writeCopy("challenge"), { labeled: 1 });
  const example = await labeled.read(5);
  const { image, label } = volume(example.case);
  const [, height, width] = image.shape;
  const [low, high] = [Math.min(...image.data), Math.max(...image.data)];
  const pixel = (y: number, x: number) =>
    (example.slice * height + Math.floor((y * (height - 1)) / 255 + 0.5)) * width +
    Math.floor((x * (width - 1)) / 255 + 0.5);
  for (const [y, x] of [
    [0, 0],
    [17, 200],
    [128, 97],
    [255, 255],
  ]) {
    assert.equal(example.image[256 * y + x], Math.fround((image.data[pixel(y, x)] - low) / (high - low)));
    assert.equal(example.label?.[256 * y + x], label.data[pixel(y, x)]);
  }
  assert.deepEqual(
    [example.id, example.shape, example.slices],
    [`${example.case}_slice_${example.slice + 1}`, [256, 256], image.shape[0]],
  );
});

test("a map put back on its volume's grid is the map it came from", async () => {
  const { validation, fromNetwork, toNetwork } = await opened(await writeCopy("renamed"));
  const { label, image } = await validation.read(0);
  const { slices, shape } = toNetwork({ ...label, data: Float32Array.from(label.data) });
  const maps = slices.map((slice) => Uint8Array.from(slice, (value) => Math.round(3 * value))); // toNetwork scaled 0…3 to 0…1
  const back = fromNetwork(maps, image);
  assert.deepEqual(
    [shape, back.data, back.shape, back.spacingMm, back.affine],
    [[256, 256], label.data, image.shape, image.spacingMm, image.affine],
  );
});

for (const form of forms)
  test(`${form}: labels of unlabelled and test cases may be missing or rubbish; training never looks at them`, async () => {
    const folder = await writeCopy(form, { withoutLabels: ["patient090", "patient012"] });
    const data = await opened(folder);
    const examples = await readAll(data.unlabeled);
    assert.deepEqual(
      [examples.length, examples.some((example) => "label" in example), data.unlabeled.labeled],
      [6, false, false],
    );
    assert.ok((await readAll(data.labeled)).every(({ label }) => label?.includes(3)));
    assert.equal((await data.validation.read(0)).label.data.includes(2), true);
    await assert.rejects(data.test.read(0), isProblem(/patient012_frame01: .*before the final evaluation.*openTest/));
    data.openTest();
    await assert.rejects(data.test.read(0), isProblem(/patient012/)); // now it does look
  });

test("test cases can be read after openTest() and not before", async () => {
  const data = await opened(await writeCopy("challenge"));
  await assert.rejects(data.test.read(1), Problem);
  data.openTest();
  assert.deepEqual((await data.test.read(1)).label.data, volume("patient012_frame02").label.data);
});

test("where the released count ends within a volume, the rest of it is unlabelled", async () => {
  for (const form of ["challenge", "h5"] as const) {
    const data = await opened(await writeCopy(form), { labeledBy: "slices" });
    assert.deepEqual([data.labeled.size, data.unlabeled.size], [23, 28 - 23 + 6]);
    const shared = new Set(data.labeled.ids.map((id) => id.split("_slice_")[0]));
    assert.ok(
      (await readAll(data.unlabeled)).some((example) => shared.has(example.case) && example.label === undefined),
    );
    const byPatient = await opened(data.folder);
    assert.deepEqual(await readAll(data.labeled), (await readAll(byPatient.labeled)).slice(0, 23));
  }
});

test("the size of the slices is an option, and a second opening of the same memory decodes nothing again", async () => {
  const folder = await writeCopy("renamed");
  const data = await opened(folder, { size: 64 });
  assert.deepEqual([data.benchmark.imageSize, (await data.labeled.read(0)).image.length], [[64, 64], 4096]);
  const before = await readAll(data.labeled);
  rmSync(folder, { recursive: true });
  await assert.rejects(acdc.open(data.options), Problem);
  assert.deepEqual(await readAll(data.labeled), before);
});

test("a wrong option is an error that names what is known", async () => {
  const folder = await writeCopy("renamed");
  await assert.rejects(
    opened(folder, { labelledBy: "slices" }),
    isProblem(/option "labelledBy".*did you mean "labeledBy"/),
  );
  await assert.rejects(opened(folder, { labeledBy: "slice" }), isProblem(/"slice".*patients, slices/));
  await assert.rejects(opened(folder, { size: 100 }), isProblem(/size: found 100, expected a multiple of 16/));
  await assert.rejects(
    opened(folder, { labeled: 2 }),
    isProblem(/found 2 labelled cases, expected one of 1, 3, 7, 70/),
  );
  await assert.rejects(opened(folder, { labeled: 3 }), isProblem(/found 2 patients in the training list/));
  await assert.rejects(opened("/nowhere"), isProblem(/\/nowhere: found no ACDC; get it from/));
});

test("the files are looked for in ARCO_DATA itself and in the folder acdc there", async () => {
  const folder = await writeCopy("challenge");
  const before = process.env.ARCO_DATA;
  try {
    process.env.ARCO_DATA = folder;
    assert.equal(acdc.find(), folder);
    renameSync(join(folder, "training"), join(folder, "acdc"));
    assert.equal(acdc.find(), join(folder, "acdc"));
  } finally {
    if (before === undefined) delete process.env.ARCO_DATA;
    else process.env.ARCO_DATA = before;
  }
});

test("check finds every file of a whole copy in order", async () => {
  for (const form of forms) {
    const folder = await writeCopy(form);
    const findings = [];
    for await (const finding of acdc.check(folder, { lists })) findings.push(finding);
    assert.deepEqual(
      findings.filter(({ ok, message, path }) => !ok || message !== "" || !existsSync(path)),
      [],
    );
    const { found, expected, layout, message } = acdc.state(folder, { lists });
    assert.deepEqual(
      [found, expected, message, layout],
      [findings.length, findings.length, "", form.startsWith("h5") ? "h5" : "NIfTI"],
    );
  }
});

test("check names what is wrong with a file", async () => {
  const folder = await writeCopy("challenge");
  const place = (patient: string, name: string) => join(folder, "training", patient, `${patient}_${name}.nii.gz`);
  const { label, image } = volume("patient003_frame01");
  writeNifti(place("patient003", "frame01_gt"), { ...label, data: label.data.map((value) => 2 * value) });
  writeNifti(place("patient003", "frame15"), {
    ...image,
    data: image.data.slice(0, image.data.length / 2),
    shape: [7, image.shape[1], image.shape[2]],
  });
  writeFileSync(place("patient090", "frame04"), readFileSync(place("patient090", "frame04")).subarray(0, 500));
  rmSync(place("patient011", "frame08_gt"));
  writeFileSync(join(folder, "training", "patient012", "Info.cfg"), "ED: 1\nES: 10\n");
  const wrong = new Map<string, string>();
  for await (const { ok, path, message } of acdc.check(folder, { lists })) if (!ok) wrong.set(path, message);
  assert.match(wrong.get(place("patient003", "frame01_gt")) ?? "", /label 4.*, expected only 0, 1, 2, 3|label 6/);
  assert.match(wrong.get(place("patient003", "frame15")) ?? "", /found 7 slices, expected the 14/);
  assert.match(wrong.get(place("patient090", "frame04")) ?? "", /truncated/);
  assert.match(wrong.get(place("patient011", "frame08_gt")) ?? "", /not found/);
  assert.match(wrong.get(place("patient012", "frame13")) ?? "", /frame 13 .*ES: 10/);
  assert.match(acdc.state(folder, { lists }).message, /patient011_frame08_gt.nii.gz: not found \(1 of 16 files\)/);
  writeNifti(place("patient003", "frame07"), image);
  assert.match(
    acdc.state(folder, { lists }).message,
    /patient003: found 3 frames \(.*\), expected the two that have labels/,
  );
  const unclear = [];
  for await (const { message } of acdc.check(folder, { lists }))
    if (message.includes("3 frames")) unclear.push(message);
  assert.equal(unclear.length, 2);
});
