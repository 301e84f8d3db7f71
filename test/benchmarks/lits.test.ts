import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { DataOptions, FileCheck } from "../../lib/benchmarks/benchmark.js";
import { lits } from "../../lib/benchmarks/lits/index.js";
import { cacheFolder, dataFolder } from "../../lib/benchmarks/places.js";
import { reorient } from "../../lib/images/geometry/orientation.js";
import { zoom } from "../../lib/images/geometry/resample.js";
import { writeNifti } from "../../lib/images/nifti/index.js";
import { temporary } from "../temporary.js";
import { isProblem, readAll, readWhole } from "./reading.js";
import { ct, litsFormNames, litsIds, litsLists, writeLits, writeLitsH5 } from "./scanCopies.js";

process.env.ARCO_CACHE = temporary("arco-lits-cache-");
const lists = litsLists();
const size = 32;
const opened = (folder: string, { labeled = 1, ...options }: { labeled?: number } & DataOptions = {}) =>
  lits.open({ labeled, folder, options: { lists, size, ...options } });
const checked = async (folder: string) => {
  const findings: FileCheck[] = [];
  for await (const finding of lits.check(folder, { lists })) findings.push(finding);
  return findings;
};

/** Slices of a volume that bear liver, from 0. */
const liverOf = (id: string) => {
  const { data, shape } = ct(id).label;
  const pixels = shape[1] * shape[2];
  return [...Array(shape[0]).keys()].filter((z) => data.subarray(z * pixels, (z + 1) * pixels).some((v) => v > 0));
};
const ids = (id: string, places: readonly number[]) => places.map((z) => `${id}_slice_${z + 1}`);
const every = (id: string) => [...Array(ct(id).image.shape[0]).keys()];

test("the official lists have 100 volumes to train on and 31 to test, and labelled ones are the first of them", () => {
  const list = (name: string) =>
    readFileSync(join(dataFolder, "splits", "lits", `${name}.txt`), "utf8")
      .split("\n")
      .filter(Boolean);
  const all = list("train_all");
  for (const count of [1, 5, 10]) assert.deepEqual(list(`train_${count}`), all.slice(0, count));
  const cases = Array.from({ length: 131 }, (_, i) => `case${String(i + 1).padStart(4, "0")}`);
  assert.deepEqual([...all].sort(), cases.slice(0, 100));
  assert.deepEqual(list("test"), cases.slice(100));
});

test("every form of the files, whichever way they are stored, gives the same examples bit for bit", async () => {
  const folders = [...litsFormNames.map((form) => writeLits(form)), await writeLitsH5()];
  const [first, ...others] = await Promise.all(folders.map(async (folder) => readWhole(await opened(folder))));
  for (const [i, other] of others.entries()) assert.deepEqual(other, first, folders[i + 1]);
  assert.deepEqual(first.classes, ct("case0101").label.data);
});

test("an example is its slice in HU from −200 to 250 as 0 to 1, resized with order 3, its label with order 0", async () => {
  const { labeled } = await opened(writeLits("stored as RAS"));
  const { image, label } = ct("case0003");
  const [, height, width] = image.shape;
  for (const example of await readAll(labeled)) {
    const part = <A extends Float32Array | Uint8Array>(data: A) =>
      data.slice(example.slice * height * width, (example.slice + 1) * height * width);
    const scaled = part(image.data).map((value) => (Math.min(250, Math.max(-200, value)) + 200) / 450);
    assert.deepEqual(example.image, zoom(scaled, [height, width], [size, size], 3, { end: "clamped" }));
    assert.deepEqual(example.label, Int8Array.from(zoom(part(label.data), [height, width], [size, size], 0)));
    assert.deepEqual([example.case, example.slices], ["case0003", image.shape[0]]);
  }
});

test("nearest pixels keep HU exactly: −200 and less is 0, 250 and more is 1, 25 is a half", async () => {
  const { toNetwork } = lits.preprocessing({ size: 16, resize: "nearest" });
  const image = ct("case0001").image;
  const values = [-3024, -1000, -200, -199, 25, 249, 250, 1000];
  const [slice] = toNetwork({
    ...image,
    data: Float32Array.from({ length: 256 }, (_, i) => values[i % 8]),
    shape: [1, 16, 16],
  }).slices;
  assert.deepEqual([...slice.subarray(0, 8)], [0, 0, 0, 1 / 450, 0.5, 449 / 450, 1, 1].map(Math.fround));
});

test("slices with liver of labelled volumes, and all slices of unlabelled ones, are trained on", async () => {
  const data = await opened(writeLits());
  assert.deepEqual(data.labeled.ids, ids("case0003", liverOf("case0003")));
  assert.deepEqual(
    data.unlabeled.ids,
    ["case0001", "case0030"].flatMap((id) => ids(id, every(id))),
  );
  const all = await opened(data.folder, { slices: "all", labeled: 100 });
  assert.deepEqual(
    all.labeled.ids,
    ["case0003", "case0001", "case0030"].flatMap((id) => ids(id, every(id))),
  );
  assert.equal(all.unlabeled.size, 0);
});

test("labels of unlabelled and test volumes may be rubbish; only liverByAllLabels looks at the former", async () => {
  const blind = ["case0001", "case0030", "case0101"];
  for (const folder of [writeLits("MSD", { blind }), await writeLitsH5({ blind })]) {
    const data = await opened(folder);
    assert.ok((await readAll(data.unlabeled)).every((example) => !("label" in example)));
    assert.ok((await readAll(data.labeled)).every(({ label }) => label?.includes(1)));
    await assert.rejects(data.test.read(0), isProblem(/case0101.*before the final evaluation.*openTest/));
    data.openTest();
    await assert.rejects(data.test.read(0), isProblem(/liver_100|case0101.h5: no dataset "label"/));
    await assert.rejects(opened(folder, { slices: "liverByAllLabels" }), isProblem(/liver_0.nii.gz|case0001.h5/));
  }
  const leaking = await opened(writeLits(), { slices: "liverByAllLabels" });
  assert.deepEqual(
    leaking.unlabeled.ids,
    ["case0001", "case0030"].flatMap((id) => ids(id, liverOf(id))),
  );
  assert.ok((await readAll(leaking.unlabeled)).every((example) => !("label" in example)));
  assert.deepEqual(
    (["lab", "paper", "released"] as const).map((protocol) => lits.optionsOf(protocol).slices),
    ["liverWhereLabelled", "liverByAllLabels", "liverByAllLabels"],
  );
});

test("which slices bear liver is found once, and anew when the label changes", async () => {
  const folder = writeLits();
  const path = join(folder, "segmentation-2.nii.gz");
  const memories = () => readdirSync(join(cacheFolder(), "lits")).filter((name) => name.startsWith("case0003.liver."));
  const before = memories();
  const { labeled } = await opened(folder);
  const [memory] = memories().filter((name) => !before.includes(name));
  writeFileSync(join(cacheFolder(), "lits", memory), "[2]");
  assert.deepEqual((await opened(folder)).labeled.ids, ["case0003_slice_3"]); // it is read
  writeFileSync(join(cacheFolder(), "lits", memory), "[2");
  assert.deepEqual((await opened(folder)).labeled.ids, labeled.ids); // a damaged one is not
  const { label } = ct("case0003");
  writeNifti(path, { ...label, data: label.data.map((_, i) => (i === 0 ? 2 : 0)) });
  utimesSync(path, 1, 1);
  assert.deepEqual((await opened(folder)).labeled.ids, ["case0003_slice_1"]);
  writeNifti(path, { ...label, data: label.data.map(() => 0) });
  await assert.rejects(opened(folder), isProblem(/segmentation-2.nii.gz: found no liver in any slice/));
});

test("a class map is put back on the grid of its volume, whichever way that is stored", async () => {
  for (const codes of ["LPS", "RAS", "SAR"]) {
    const label = reorient(ct("case0001").label, codes);
    const { toNetwork, fromNetwork } = lits.preprocessing({ size: 64, resize: "nearest", window: "narrow" });
    const { slices } = toNetwork({ ...label, data: Float32Array.from(label.data, (value) => 40 * value) });
    const maps = slices.map((slice) => Uint8Array.from(slice, (value) => 2 * value));
    assert.deepEqual(fromNetwork(maps, { ...label, data: Float32Array.from(label.data) }), label);
  }
});

test("check finds a whole copy in order, and names what is wrong in another", async () => {
  for (const folder of [writeLits("batches"), writeLits("MSD"), await writeLitsH5()]) {
    const findings = await checked(folder);
    assert.deepEqual(
      findings.filter(({ ok, path }) => !ok || !existsSync(path)),
      [],
    );
    const { found, expected, message, layout } = lits.state(folder, { lists });
    const isOne = layout === "h5"; // image and label in one file
    assert.deepEqual([found, expected, message], [litsIds.length * (isOne ? 1 : 2), found, ""]);
    assert.equal(findings.length, 2 * litsIds.length);
  }
  const folder = writeLits();
  const place = (name: string) => join(folder, `${name}.nii.gz`);
  const { image, label } = ct("case0001");
  writeNifti(place("volume-0"), { ...image, data: image.data.map((value) => Math.abs(value)) });
  writeNifti(place("segmentation-2"), { ...ct("case0003").label, data: ct("case0003").label.data.map((v) => 2 * v) });
  writeFileSync(place("volume-29"), readFileSync(place("volume-29")).subarray(0, 900));
  writeNifti(place("segmentation-0"), { ...label, affine: reorient(label, "RAS").affine });
  rmSync(place("segmentation-100"));
  const wrong = new Map((await checked(folder)).filter(({ ok }) => !ok).map(({ path, message }) => [path, message]));
  assert.match(wrong.get(place("volume-0")) ?? "", /values from .*expected Hounsfield units/);
  assert.match(wrong.get(place("segmentation-2")) ?? "", /label 4 .*expected only 0, 1, 2/);
  assert.match(wrong.get(place("volume-29")) ?? "", /truncated/);
  assert.match(wrong.get(place("segmentation-0")) ?? "", /corners lie up to .* from those of its image/);
  assert.match(wrong.get(join(folder, "segmentation-100.nii")) ?? "", /not found/);
  assert.equal(wrong.size, 5);
  assert.match(lits.state(folder, { lists }).message, /segmentation-100.nii: not found \(1 of 8 files\); get /);
  assert.match(lits.state("/nowhere").message, /\/nowhere: found no LiTS; get Task03_Liver/);
  assert.deepEqual([lits.state("/nowhere").found, lits.state("/nowhere").expected], [0, 262]);
});

test("a wrong option is an error that names what is known", async () => {
  const folder = writeLits();
  await assert.rejects(opened(folder, { slices: "liver" }), isProblem(/"liver".*liverWhereLabelled, liverByAllLabels/));
  await assert.rejects(opened(folder, { window: "lung" }), isProblem(/window: found "lung", expected one of hu, wide/));
  await assert.rejects(opened(folder, { size: 100 }), isProblem(/lits: option size: found 100/));
  await assert.rejects(
    opened(folder, { labeled: 5 }),
    isProblem(/found 3 cases to train on, expected at least the 5 to be labelled/),
  );
  await assert.rejects(opened(await writeLitsH5(), { window: "wide" }), isProblem(/window.*h5 files.*have lost/));
  await assert.rejects(opened(temporary("arco-empty-")), isProblem(/found no LiTS; get Task03_Liver/));
});
