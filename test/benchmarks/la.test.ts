import assert from "node:assert/strict";
import { test } from "node:test";
import type { DataOptions } from "../../lib/benchmarks/benchmark.js";
import { aroundTruth, centre, cropped } from "../../lib/benchmarks/la/crop.js";
import { la } from "../../lib/benchmarks/la/index.js";
import { listFolder, readSplitLists } from "../../lib/benchmarks/lists.js";
import { orientation } from "../../lib/images/geometry/orientation.js";
import { temporary } from "../temporary.js";
import { forms, scan, tested, train, writeCopy, writeLists, xFirst } from "./laCopy.js";

process.env.ARCO_CACHE = temporary("arco-la-cache-");
const lists = writeLists();
const small = { lists, patch: "32x32x16", stride: "16x16x8" };
const problem = (message: RegExp) => ({ name: "Problem", message });

const open = (folder: string, { labeled = 1, ...options }: DataOptions & { labeled?: number } = {}) =>
  la.open({ labeled, folder, options: { ...small, ...options } });

/** Mean 0 and deviation 1. */
function standardised(values: Float32Array): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return Array.from(values, (value) => (value - mean) / deviation);
}

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < expected.length; i++) assert.ok(Math.abs(found[i] - expected[i]) < 1e-5, `value ${i}`);
}

test("the official lists hold 80 scans to train on and 20 to test, and the labelled ones are the first", () => {
  const lines = { id: /^[0-9A-Z]{20}$/, example: "" };
  const read = (labeled: number, file?: string) =>
    readSplitLists(listFolder("la", "official"), labeled, { lines, all: 80, file });
  const { train: all, test: last } = read(80);
  assert.deepEqual([all.length, last.length], [80, 20]);
  for (const [labeled, file] of [
    [1, "train_1.txt"],
    [4, "train_5.txt"],
    [8, "train_10.txt"],
  ] as const)
    assert.deepEqual(read(labeled, file).train, all);
});

for (const form of forms)
  test(`${form}: a scan lies before the network as [x, y, z], standardised, its label beside it`, async () => {
    const folder = await writeCopy(form);
    const { found, expected, message } = la.state(folder, { lists });
    assert.deepEqual([found, message], [expected, ""]);
    for await (const { ok, message: wrong } of la.check(folder, { lists })) assert.ok(ok, wrong);
    const { labeled, unlabeled, benchmark } = await open(folder);
    assert.deepEqual([labeled.ids, unlabeled.ids], [train.slice(0, 1), train.slice(1)]);
    assert.deepEqual(benchmark.imageSize, [32, 32, 16]);
    const example = await labeled.read(0);
    const { image, label } = scan(train[0]);
    assert.deepEqual(example.shape, [40, 36, 20]);
    const seen = form === "challenge" ? standardised(image.data) : Array.from(image.data, (value) => value / 64 - 1);
    assertNear(example.image, xFirst(seen, image.shape));
    assert.deepEqual(Array.from(example.label ?? []), xFirst(label.data, label.shape));
    assert.equal((await unlabeled.read(0)).label, undefined);
  });

for (const form of forms)
  test(`${form}: labels of unlabelled scans and scans to test are not read before their time`, async () => {
    const folder = await writeCopy(form, { blind: train.slice(1) });
    const opened = await open(folder);
    assert.equal((await opened.unlabeled.read(1)).id, train[2]);
    await assert.rejects(opened.test.read(0), problem(/test case/));
    opened.openTest();
    const { image, label } = await opened.test.read(0);
    assert.deepEqual(image.shape, scan(tested[0]).image.shape);
    assert.deepEqual(label.data, scan(tested[0]).label.data);
    assert.deepEqual([orientation(image.affine), image.spacingMm], [la.orientation, la.spacingMm]);
    const { slices, shape } = opened.toNetwork(image);
    assert.deepEqual([slices.length, shape], [1, [40, 36, 20]]);
    const back = opened.fromNetwork([Uint8Array.from(xFirst(label.data, label.shape))], image);
    assert.deepEqual(back.data, label.data);
  });

test("to cut the challenge's scans by the truth, which the paper's files did, reads the labels of unlabelled ones", async () => {
  const folder = await writeCopy("challenge", { blind: train.slice(2) });
  const { labeled, unlabeled, openTest, test: cases, toNetwork } = await open(folder, { crop: "groundTruth" });
  const { image, label } = scan(train[0]);
  const box = aroundTruth(label, train[0]);
  const example = await labeled.read(0);
  assert.deepEqual(example.shape, [...box.size].reverse());
  assertNear(
    example.image,
    xFirst(cropped({ ...image, data: Float32Array.from(standardised(image.data)) }, box).data, box.size),
  );
  assert.equal((await unlabeled.read(0)).label, undefined);
  await assert.rejects(unlabeled.read(1), problem(/not for you|NRRD|magic/));
  openTest();
  const found = await cases.read(0);
  assertNear(toNetwork(found.image).slices[0], xFirst(found.image.data, found.image.shape));
  assert.equal(la.optionsOf("lab").crop, "centre");
});

test("the surroundings of the atrium are its extent, widened to 112, and 10 to 19 voxels on each side, within the scan", () => {
  const shape = [2, 300, 300] as const;
  const label = { ...scan(train[0]).label, shape, data: new Uint8Array(2 * 300 * 300) };
  for (let y = 100; y <= 220; y++) for (let x = 5; x <= 40; x++) label.data[y * 300 + x] = 1;
  const seen = new Set<number>();
  for (let i = 0; i < 200; i++) {
    const { begin, size } = aroundTruth(label, `scan ${i}`);
    assert.deepEqual([begin[0], size[0], begin[2]], [0, 2, 0]);
    const [before, after] = [100 - begin[1], begin[1] + size[1] - 220];
    assert.ok(before >= 10 && before < 20 && after >= 10 && after < 20);
    const right = size[2] - 40 - Math.floor((112 - 35) / 2);
    assert.ok(right >= 10 && right < 20);
    seen.add(before).add(after);
  }
  assert.equal(seen.size, 10);
  assert.throws(() => aroundTruth({ ...label, data: new Uint8Array(label.data.length) }, "x"), problem(/no atrium/));
});

test("a part of a scan keeps its place in the scanner", () => {
  const { image } = scan(train[0]);
  const part = cropped(image, { begin: [3, 5, 7], size: [4, 6, 8] });
  const placeOf = ({ affine }: typeof image, x: number, y: number, z: number) =>
    affine.slice(0, 3).map((row) => row[0] * x + row[1] * y + row[2] * z + row[3]);
  assert.deepEqual(placeOf(part, 1, 2, 3), placeOf(image, 8, 7, 6));
  assert.equal(part.data[(3 * 6 + 2) * 8 + 1], image.data[(6 * 36 + 7) * 40 + 8]);
});

test("the middle of a scan is at most 320 voxels wide, and a scan of one's own is standardised and cut to it", () => {
  assert.deepEqual(centre([88, 576, 640]), { begin: [0, 128, 160], size: [88, 320, 320] });
  assert.deepEqual(centre([88, 300, 330]), { begin: [0, 0, 5], size: [88, 300, 320] });
  const { image } = scan(train[0], [330, 20, 16]);
  const { toNetwork, fromNetwork, slidingWindow } = la.preprocessing(small);
  const { slices, shape } = toNetwork(image);
  assert.deepEqual(
    [shape, slidingWindow],
    [[320, 20, 16], { size: [32, 32, 16], stride: [16, 16, 8], weighting: "uniform", normalisation: "scan" }],
  );
  assertNear(slices[0], xFirst(standardised(image.data), image.shape).slice(5 * 20 * 16, 325 * 20 * 16));
  const back = fromNetwork([new Uint8Array(slices[0].length).fill(1)], image);
  assert.equal(
    back.data.reduce((sum, value) => sum + value, 0),
    slices[0].length,
  );
  assert.deepEqual([back.data[4], back.data[5], back.data[324], back.data[325]], [0, 1, 1, 0]);
  assert.equal(
    la.preprocessing({ ...small, crop: "groundTruth" }).toNetwork(image).slices[0].length,
    image.data.length,
  );
});

test("wrong options, and what is missing, are Problems that say what to do", async () => {
  const folder = await writeCopy("UA-MT");
  await assert.rejects(open(folder, { patch: "30x32x16" }), problem(/option patch: found "30x32x16".*multiples of 16/));
  await assert.rejects(open(folder, { stride: "64x8x8" }), problem(/option stride: found "64x8x8".*32x32x16/));
  await assert.rejects(open(folder, { stride: "8x8" }), problem(/option stride/));
  await assert.rejects(open(folder, { crop: "center" }), problem(/option crop.*did you mean "centre"/));
  await assert.rejects(open("/nowhere"), problem(/\/nowhere: found no LA; get it from/));
  await assert.rejects(
    open(folder, { labeled: 4 }),
    problem(/found 3 cases to train on, expected at least the 4 to be labelled/),
  );
  assert.match(la.state(folder).message, /not found \(100 of 100 files\)/);
});

test("where scans are missing nothing is trained until that is asked for, and then the missing ones are named", async () => {
  const lines = { id: /^[0-9A-Z]{20}$/, example: "" };
  const listed = readSplitLists(listFolder("la", "official"), 80, { lines, all: 80 });
  const ids = [listed.train[0], listed.train[2], listed.train[5], listed.test[3]];
  const folder = await writeCopy("UA-MT", { ids });
  await assert.rejects(
    open(folder, { lists: "official" }),
    problem(
      /found 3 of 80 scans to train on and 1 of 20 to test; missing are \w{20} and 95 more; .*--set data.lists=found/,
    ),
  );
  const { labeled, unlabeled, test: cases, notes } = await open(folder, { lists: "found", labeled: 1 });
  assert.deepEqual([labeled.ids, unlabeled.ids, cases.ids], [ids.slice(0, 1), ids.slice(1, 3), ids.slice(3)]);
  assert.match(notes.join(), /3 of 80 .* 1 of 20 to test, where the labelled ones are those of the lists; missing are/);
  const missing = [...listed.train, ...listed.test].filter((id) => !ids.includes(id));
  assert.ok(missing.every((id) => notes.join().includes(id)) && ids.every((id) => !notes.join().includes(id)));
  assert.equal((await open(folder, { lists: "found", labeled: 80 })).labeled.size, 3);
  const others = await open(await writeCopy("UA-MT", { ids: ids.slice(1) }), { lists: "found" });
  assert.match(others.notes.join(), /the labelled ones are the first that are there/);
  const all = await open(await writeCopy("UA-MT"));
  assert.deepEqual(all.notes, []);
  const own = await writeCopy("UA-MT", { ids: train });
  await assert.rejects(open(own), problem(/3 of 3 scans to train on and 0 of 1 to test.* take them out of the lists/));
});
