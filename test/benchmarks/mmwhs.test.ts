import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { DataOptions, FileCheck, Pool } from "../../lib/benchmarks/benchmark.js";
import { mmwhs } from "../../lib/benchmarks/mmwhs/index.js";
import { dataFolder } from "../../lib/benchmarks/places.js";
import { reorient } from "../../lib/images/geometry/orientation.js";
import { zoom } from "../../lib/images/geometry/resample.js";
import { writeNifti } from "../../lib/images/nifti/index.js";
import { temporary } from "../temporary.js";
import { isProblem, readAll, readWhole } from "./reading.js";
import { heart, mmwhsLists, stored, writeMmwhs } from "./scanCopies.js";

process.env.ARCO_CACHE = temporary("arco-mmwhs-cache-");
const lists = mmwhsLists();
const size = 32;
const opened = (folder: string, { labeled = 1, ...options }: { labeled?: number } & DataOptions = {}) =>
  mmwhs.open({ labeled, folder, options: { lists, size, ...options } });
const volumesOf = (pool: Pool) => [...new Set(pool.ids.map((id) => id.split("_slice_")[0]))];
const checked = async (folder: string, options: DataOptions = {}) => {
  const findings: FileCheck[] = [];
  for await (const finding of mmwhs.check(folder, { lists, ...options })) findings.push(finding);
  return findings;
};

test("the official lists name CT: 15 volumes to train on, 5 to test, 1 and 2 labelled, and 18 slices of one as 1 %", () => {
  const list = (name: string) =>
    readFileSync(join(dataFolder, "splits", "mmwhs", `${name}.txt`), "utf8")
      .split("\n")
      .filter(Boolean);
  const [train, testing] = [list("train_all"), list("test")];
  const all = Array.from({ length: 20 }, (_, i) => `ct_train_${1001 + i}`);
  assert.deepEqual([[...train, ...testing].sort(), train.length, testing.length], [all, 15, 5]);
  assert.deepEqual([list("train_5"), list("train_10")], [["ct_train_1018"], ["ct_train_1004", "ct_train_1018"]]);
  const slices = list("train_1");
  assert.deepEqual(
    [slices.length, new Set(slices.map((id) => id.split("_slice_")[0]))],
    [18, new Set(list("train_5"))],
  );
});

test("volumes in folders of their own or not, stored whichever way, give the same examples bit for bit", async () => {
  const folders = [
    writeMmwhs("mr"),
    writeMmwhs("mr", { isFlat: true, codes: "RAS" }),
    writeMmwhs("mr", { codes: "PIR" }), // sagittal, as some MR is stored
  ];
  const [first, ...others] = await Promise.all(folders.map(async (folder) => readWhole(await opened(folder))));
  for (const other of others) assert.deepEqual(other, first);
  assert.deepEqual(first.classes, heart("mr_train_1001").label.data);
});

test("an example is its slice, scaled by the extremes of the volume and resized with order 0; labels are 1 to 7", async () => {
  const { labeled } = await opened(writeMmwhs("ct", { codes: "ALI" }));
  const { image, label } = heart("ct_train_1018");
  const [depth, height, width] = image.shape;
  const [low, high] = [Math.min(...image.data), Math.max(...image.data)];
  const scaled = image.data.map((value) => (value - low) / (high - low));
  const stack = zoom(scaled, image.shape, [depth, size, size], 0, { end: "clamped" });
  const classes = zoom(label.data, [depth, height, width], [depth, size, size], 0, { end: "clamped" });
  const examples = await readAll(labeled);
  assert.equal(examples.length, depth);
  for (const [z, example] of examples.entries()) {
    assert.deepEqual(example.image, stack.slice(z * size * size, (z + 1) * size * size));
    assert.deepEqual(example.label, Int8Array.from(classes.slice(z * size * size, (z + 1) * size * size)));
  }
  assert.deepEqual(new Set(classes), new Set([0, 1, 2, 3, 4, 5, 6, 7]));
});

test("the modality is the one asked for, else the one that is there, MR first; the lists' numbers hold for both", async () => {
  const folder = writeMmwhs("ct");
  const ct = await opened(folder, { labeled: 2 });
  assert.deepEqual(
    [ct.options.options?.modality, ct.benchmark.title, volumesOf(ct.labeled), volumesOf(ct.unlabeled), ct.test.ids],
    ["ct", "MMWHS (CT)", ["ct_train_1004", "ct_train_1018"], ["ct_train_1005"], ["ct_train_1001"]],
  );
  await assert.rejects(opened(folder, { modality: "mr" }), isProblem(/found no mr volumes of MMWHS; get it from/));
  writeMmwhs("mr", { folder });
  const mr = await opened(folder, { labeled: 15 });
  assert.deepEqual(volumesOf(mr.labeled), ["mr_train_1005", "mr_train_1018", "mr_train_1004"]);
  assert.equal((await opened(folder, { modality: "ct" })).labeled.ids[0], "ct_train_1018_slice_1");
  assert.deepEqual(
    (["lab", "paper", "released"] as const).map((protocol) => mmwhs.optionsOf(protocol).modality),
    ["found", "mr", "ct"],
  );
});

test("1 % by slices labels those that the list names, and leaves the rest of their volume unlabelled", async () => {
  const folder = writeMmwhs("ct");
  const bySlices = await opened(folder, { labeledBy: "slices" });
  const byVolumes = await opened(folder);
  assert.deepEqual(bySlices.labeled.ids, ["ct_train_1018_slice_4", "ct_train_1018_slice_2"]);
  const whole = await readAll(byVolumes.labeled);
  assert.deepEqual(await readAll(bySlices.labeled), [whole[3], whole[1]]);
  assert.deepEqual(bySlices.unlabeled.size, byVolumes.unlabeled.size + whole.length - 2);
  assert.ok((await readAll(bySlices.unlabeled)).every((example) => !("label" in example)));
  assert.deepEqual(volumesOf((await opened(folder, { labeledBy: "slices", labeled: 2 })).labeled).length, 2);
  await assert.rejects(
    opened(writeMmwhs("mr"), { labeledBy: "slices" }),
    isProblem(/labeledBy: found "slices" with modality "mr".*choose "volumes"/),
  );
});

test("labels of unlabelled and test volumes may be rubbish; training never looks at them", async () => {
  const data = await opened(writeMmwhs("mr", { blind: ["mr_train_1004", "mr_train_1005", "mr_train_1001"] }));
  assert.ok((await readAll(data.unlabeled)).every((example) => !("label" in example)));
  assert.ok((await readAll(data.labeled)).some(({ label }) => label?.includes(7)));
  await assert.rejects(data.test.read(0), isProblem(/mr_train_1001.*before the final evaluation.*openTest/));
  data.openTest();
  await assert.rejects(data.test.read(0), isProblem(/mr_train_1001_label/));
});

test("a label that is not known is an error; 421 is the left atrium where that is chosen", async () => {
  const folder = writeMmwhs("mr", { values: stored.map((value) => (value === 420 ? 421 : value)) });
  const { labeled } = await opened(folder);
  await assert.rejects(
    labeled.read(0),
    isProblem(/1018_label.*found label 421 \(\d+ voxels\), expected only 0, 500, 600, 420.*strayLabel "421as420"/),
  );
  const mended = await opened(folder, { strayLabel: "421as420" });
  assert.deepEqual(await readAll(mended.labeled), await readAll((await opened(writeMmwhs("mr"))).labeled));
  const other = await opened(writeMmwhs("mr", { values: stored.map((value) => value + 1) }), {
    strayLabel: "421as420",
  });
  await assert.rejects(other.labeled.read(0), isProblem(/found label 1 .* and 2 other values, expected.*get the file/));
});

test("slices may follow one another along any axis of the body, and class maps are put back from all of them", async () => {
  const folder = writeMmwhs("mr", { codes: "RAS" });
  const { image, label } = heart("mr_train_1018");
  for (const [axis, codes] of Object.entries({ axial: "LPS", coronal: "LIP", sagittal: "PIL", stored: "RAS" })) {
    const data = await opened(folder, { axis });
    assert.equal(data.labeled.size, reorient(image, codes).shape[0]);
    assert.equal(data.benchmark.orientation, axis === "stored" ? undefined : codes);
    const { slices } = data.toNetwork({ ...label, data: Float32Array.from(label.data) });
    assert.deepEqual(
      (await data.labeled.read(5)).label,
      Int8Array.from(slices[5], (value) => Math.round(7 * value)),
    );
    const maps = slices.map((slice) => Uint8Array.from(slice, (value) => Math.round(7 * value)));
    assert.deepEqual(data.fromNetwork(maps, image), { ...label, path: image.path });
  }
});

test("clipTop makes the brightest voxels alike before scaling", () => {
  const { image } = heart("mr_train_1001");
  const spiked = { ...image, data: image.data.map((value, i) => (i % 100 === 7 ? 50 * value : value)) };
  const shown = (options: DataOptions) => mmwhs.preprocessing({ size, ...options }).toNetwork(spiked).slices;
  const middle = (slices: Float32Array[]) => slices[3][16 * size + 16];
  const ofOne = (slices: Float32Array[]) => slices.flatMap((slice) => [...slice]).filter((value) => value === 1).length;
  assert.ok(middle(shown({})) < 0.05 && middle(shown({ clipTop: 2 })) > 0.2);
  assert.ok(ofOne(shown({ clipTop: 2 })) > ofOne(shown({})));
  assert.throws(() => shown({ clipTop: 60 }), isProblem(/clipTop: found 60, expected percent/));
});

test("check finds a whole copy in order, and names what is wrong in another", async () => {
  const folder = writeMmwhs("mr");
  const findings = await checked(folder);
  assert.deepEqual([findings.length, findings.filter(({ ok }) => !ok)], [8, []]);
  assert.deepEqual(mmwhs.state(folder, { lists }), {
    folder,
    layout: "NIfTI, MR",
    found: 8,
    expected: 8,
    message: "",
  });
  const place = (name: string) => join(folder, "mr_train", `mr_train_${name}.nii.gz`);
  const { image, label } = heart("mr_train_1004");
  writeNifti(place("1004_image"), { ...image, data: image.data.map(() => 5) });
  writeNifti(place("1005_label"), label);
  rmSync(place("1018_image"));
  const wrong = new Map((await checked(folder)).filter(({ ok }) => !ok).map(({ path, message }) => [path, message]));
  assert.match(wrong.get(place("1004_image")) ?? "", /every voxel is 5/);
  assert.match(wrong.get(place("1005_label")) ?? "", /found label 1 /);
  assert.match(wrong.get(place("1018_image")) ?? "", /not found/);
  assert.equal(wrong.size, 4); // the label of the missing image has nothing to be compared with
  assert.match(mmwhs.state(folder, { lists }).message, /1018_image.nii.gz: not found \(1 of 8 files\); get it from/);
  assert.match(mmwhs.state("/nowhere").message, /\/nowhere: found no MMWHS; get it from/);
});
