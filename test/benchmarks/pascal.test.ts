import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listFolder, readSplitLists } from "../../lib/benchmarks/lists.js";
import { pascal } from "../../lib/benchmarks/pascal.js";
import { writePng } from "../../lib/images/pictures/index.js";
import { vocPalette } from "../../lib/images/pictures/vocPalette.js";
import { pascalScene, pascal as phantom } from "../../lib/phantoms/pascal.js";
import { temporary } from "../temporary.js";
import { checked, copyOf, isProblem, readAll } from "./photoCopies.js";

const list = (name: string) =>
  readFileSync(new URL(`../../data/splits/pascal/${name}.txt`, import.meta.url), "utf8")
    .trim()
    .split("\n");
const ids = list("train_60").slice(0, 4);
const tested = list("test").slice(0, 2);
const size = 0.1;
const options = { lists: "found", crop: 32 };
const copy = () => copyOf(phantom, [...ids, ...tested], { size });

test("palette and classes are VOC's: the colours of an index follow from its bits", () => {
  const known: Record<number, number[]> = {
    ...{ 0: [0, 0, 0], 1: [128, 0, 0], 2: [0, 128, 0], 5: [128, 0, 128], 8: [64, 0, 0], 15: [192, 128, 128] },
    ...{ 20: [0, 64, 128], 255: [224, 224, 192] },
  };
  for (const [index, color] of Object.entries(known)) assert.deepEqual(vocPalette[Number(index)], color);
  assert.deepEqual([pascal.classes[15].name, pascal.classes[15].color], ["person", [192, 128, 128]]);
  assert.equal(pascal.classes.length, 21);
});

test("a mask's indices are its classes and 255 is void, whether it is palettised or grey", async () => {
  const folder = await copy();
  const open = async () => readAll((await pascal.open({ labeled: 10582, folder, options })).labeled);
  const examples = await open();
  for (const { id, label, shape } of examples) {
    const scene = pascalScene(id, { size });
    assert.deepEqual(label, Int8Array.from(scene.label)); // 255 is −1 in 8 bits
    assert.deepEqual(shape, scene.shape);
    await writePng(join(folder, "SegmentationClassAug", `${id}.png`), scene.label, scene.shape);
  }
  assert.deepEqual(await open(), examples);
});

test("index 21 is an error, a mask of another size than its photograph too", async () => {
  const folder = await copy();
  const path = (id: string) => join(folder, "SegmentationClassAug", `${id}.png`);
  const { label, shape } = pascalScene(ids[0], { size });
  await writePng(path(ids[0]), label.fill(21, 0, 1), shape, { palette: vocPalette });
  await writePng(path(ids[1]), new Uint8Array(30), [5, 6], { palette: vocPalette });
  const { files, wrong } = await checked(pascal, folder, options);
  assert.deepEqual([files, wrong.length], [12, 2]);
  const messages = wrong.map(({ message }) => message).join("\n");
  assert.match(messages, /found label 21 in row 0, column 0, expected only 0–20, 255/);
  assert.match(messages, /found 6×5 pixels, expected the \d+×\d+ of its photograph/);
});

test("the official lists are those of the paper: sizes, no photograph in two parts, labelled ones not nested", () => {
  const read = (labeled: number) =>
    readSplitLists(listFolder("pascal", "official"), labeled, {
      lines: { id: /^\d{4}_\d{6}$/, example: "" },
      all: 10582,
      file: `train_${labeled}.txt`,
    });
  const splits = pascal.labeledChoices.map(read);
  for (const [i, { train, labeled, test: testing }] of splits.entries()) {
    assert.deepEqual([new Set(train).size, labeled, testing.length], [10582, pascal.labeledChoices[i], 1449]);
    assert.ok(testing.every((id) => !train.includes(id)));
  }
  const [few, some, many] = splits.map(({ train, labeled }) => new Set(train.slice(0, labeled)));
  assert.ok([...few].some((id) => !some.has(id)) && [...some].some((id) => !many.has(id)));
});

test("a whole photograph is padded right and below by reflection, and a map is cut back to it", async () => {
  const folder = await copy();
  const data = await pascal.open({ labeled: 10582, folder, options });
  data.openTest();
  const { image, label } = await data.test.read(0);
  const [, height, width] = image.shape;
  for (const [pad, frame] of [
    ["least", [16 * Math.ceil(height / 16), 16 * Math.ceil(width / 16)]],
    ["released", [513, 513]],
  ] as const) {
    const { toNetwork, fromNetwork } = pascal.preprocessing({ pad });
    const { slices, shape } = toNetwork(image);
    assert.deepEqual(shape, frame);
    const pixel = (y: number, x: number) => slices[0].slice((y * frame[1] + x) * 3, (y * frame[1] + x) * 3 + 3);
    if (frame[0] > height) assert.deepEqual(pixel(height, 2), pixel(height - 2, 2));
    if (frame[1] > width) assert.deepEqual(pixel(3, width), pixel(3, width - 2));
    const map = new Uint8Array(frame[0] * frame[1]).fill(9);
    for (let y = 0; y < height; y++) map.set(label.data.subarray(y * width, (y + 1) * width), y * frame[1]);
    assert.deepEqual(fromNetwork([map], image).data, label.data);
    assert.throws(() => fromNetwork([map, map], image), isProblem(/found 2 class maps/));
  }
});

test("the files may lie in the challenge's folders; photographs that are not there are told", async () => {
  const folder = await copy();
  const before = await readAll((await pascal.open({ labeled: 10582, folder, options })).labeled);
  mkdirSync(join(folder, "VOCdevkit", "VOC2012"), { recursive: true });
  renameSync(join(folder, "JPEGImages"), join(folder, "VOCdevkit", "VOC2012", "JPEGImages"));
  assert.deepEqual(await readAll((await pascal.open({ labeled: 10582, folder, options })).labeled), before);
  rmSync(join(folder, "VOCdevkit", "VOC2012", "JPEGImages", `${ids[0]}.jpg`));
  const lists = temporary("arco-lists-");
  writeFileSync(join(lists, "train_all.txt"), ids.join("\n"));
  writeFileSync(join(lists, "test.txt"), tested.join("\n"));
  const { found, expected, message } = pascal.state(folder, { lists });
  assert.deepEqual([found, expected], [11, 12]);
  assert.match(message, /JPEGImages.*: not found \(1 of 12 files\)/);
  assert.equal(pascal.state(folder).expected, 24062);
  await assert.rejects(pascal.open({ labeled: 60, folder: "/nowhere" }), isProblem(/\/nowhere: found no Pascal VOC/));
});
