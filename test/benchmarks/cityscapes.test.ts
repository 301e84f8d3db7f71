import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cityscapes } from "../../lib/benchmarks/cityscapes/index.js";
import { readPicture, writePng } from "../../lib/images/pictures/index.js";
import { cityscapes as phantom } from "../../lib/phantoms/cityscapes.js";
import { temporary } from "../temporary.js";
import { checked, copyOf, isProblem, readAll, seen } from "./photoCopies.js";

const ids = ["ulm_000001_000019", "aachen_000000_000019", "aachen_000001_000019", "zurich_000000_000019"];
const tested = ["lindau_000000_000019", "munster_000000_000019"];
const options = { lists: "found", width: 64, crop: 32 };
const label = (folder: string, id: string, kind = "labelIds", part = "train") =>
  join(folder, "gtFine", part, id.split("_")[0], `${id}_gtFine_${kind}.png`);
const copy = () => copyOf(phantom, [...ids, ...tested], { size: 1 / 32 });

// cityscapesScripts, labels.py: id → trainId
const official: Record<number, number> = {
  ...{ 7: 0, 8: 1, 11: 2, 12: 3, 13: 4, 17: 5, 19: 6, 20: 7, 21: 8, 22: 9, 23: 10, 24: 11, 25: 12, 26: 13, 27: 14 },
  ...{ 28: 15, 31: 16, 32: 17, 33: 18 },
};

test("each of the 34 ids, and the licence plate, is its trainId or ignored", async () => {
  const folder = await copy();
  const values = Uint8Array.from({ length: 32 * 64 }, (_, i) => (i % 35 === 34 ? 255 : i % 35));
  await writePng(label(folder, ids[0]), values, [32, 64]);
  const { labeled } = await cityscapes.open({ labeled: 2975, folder, options });
  const example = await labeled.read(labeled.ids.indexOf(ids[0]));
  assert.deepEqual(
    example.label,
    Int8Array.from(values, (value) => official[value] ?? -1),
  );
});

test("trainIds are read where there are no ids, and say the same", async () => {
  const folder = await copy();
  const open = async () => readAll((await cityscapes.open({ labeled: 2975, folder, options })).labeled);
  const before = await open();
  for (const { id, label: classes = new Int8Array() } of before) {
    await writePng(label(folder, id, "labelTrainIds"), Uint8Array.from(classes), [32, 64]);
    rmSync(label(folder, id));
  }
  assert.deepEqual(await open(), before);
});

test("an id that is no Cityscapes id is an error that names it, its place and the file", async () => {
  const folder = await copy();
  await writePng(label(folder, ids[0]), new Uint8Array(32 * 64).fill(7).fill(77, 130, 131), [32, 64]);
  const { files, wrong } = await checked(cityscapes, folder, options);
  assert.equal(files, 12);
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [label(folder, ids[0])],
  );
  assert.match(wrong[0].message, /labelIds\.png: found label 77 in row 2, column 2, expected only 0–33, 255/);
  const { labeled } = await cityscapes.open({ labeled: 2975, folder, options });
  await assert.rejects(labeled.read(labeled.ids.indexOf(ids[0])), isProblem(/found label 77/));
});

test("an example is its photograph, resized and standardised; its label is resized with it", async () => {
  const folder = await copy();
  const { labeled } = await cityscapes.open({ labeled: 2975, folder, options });
  const example = await labeled.read(0);
  const city = join(folder, "leftImg8bit", "train", example.id.split("_")[0], `${example.id}_leftImg8bit.png`);
  const { data } = await readPicture(city);
  assert.deepEqual([example.shape, example.slice, example.slices, example.case], [[32, 64], 0, 1, example.id]);
  assert.deepEqual(
    example.image,
    Float32Array.from(data, (value, i) => seen(value, i % 3)),
  );
  const small = await cityscapes.open({ labeled: 2975, folder, options: { ...options, width: 32, crop: 16 } });
  const half = await small.labeled.read(0);
  assert.deepEqual(
    [half.shape, small.benchmark.imageSize],
    [
      [16, 32],
      [16, 16],
    ],
  );
  for (let y = 0; y < 16; y++)
    for (let x = 0; x < 32; x++) assert.equal(half.label?.[y * 32 + x], example.label?.[(2 * y + 1) * 64 + 2 * x + 1]); // the nearest of four centres is the last
});

test("a test scene is read after openTest() and not before, in the network's size or its own", async () => {
  const folder = await copy();
  for (const [scored, width] of [
    ["resized", 32],
    ["original", 64],
  ] as const) {
    const data = await cityscapes.open({ labeled: 2975, folder, options: { ...options, width: 32, scored } });
    await assert.rejects(data.test.read(0), isProblem(/lindau_000000_000019: .*before the final evaluation/));
    data.openTest();
    const { image, label: truth } = await data.test.read(0);
    assert.deepEqual([image.shape, image.data.length], [[1, width / 2, width], (3 * width * width) / 2]);
    assert.deepEqual(data.test.ids, tested);
    const { slices, shape } = data.toNetwork(image);
    assert.deepEqual([slices.length, shape, slices[0].length], [1, [16, 32], 3 * 512]);
    assert.deepEqual(
      data.fromNetwork([new Uint8Array(512).fill(3)], image).data,
      new Uint8Array(truth.data.length).fill(3),
    );
    assert.ok(truth.data.includes(255) && truth.data.includes(0));
  }
});

test("labels of unlabelled scenes are never looked at, and may be missing", async () => {
  const folder = await copy();
  const lists = temporary("arco-lists-");
  writeFileSync(join(lists, "train_all.txt"), ids.map((id) => `${id}\n`).join(""));
  writeFileSync(join(lists, "test.txt"), tested.map((id) => `${id}\n`).join(""));
  await assert.rejects(
    cityscapes.open({ labeled: 20, folder, options: { ...options, lists } }),
    isProblem(/found 4 cases to train on, expected at least the 20/),
  );
  const more = [...ids, ...Array.from({ length: 17 }, (_, i) => `bonn_${String(i).padStart(6, "0")}_000019`)];
  for await (const _ of phantom.write(folder, more.slice(4), { size: 1 / 32 }));
  writeFileSync(join(lists, "train_all.txt"), more.join("\r\n"));
  writeFileSync(join(lists, "train_20.txt"), more.slice(1).join("\n"));
  rmSync(label(folder, ids[0]));
  const { labeled, unlabeled } = await cityscapes.open({ labeled: 20, folder, options: { ...options, lists } });
  assert.deepEqual([labeled.ids, unlabeled.ids], [more.slice(1), [ids[0]]]);
  assert.equal("label" in (await unlabeled.read(0)), false);
});

test("the official lists are permutations, and the labelled ones are of the right size and not nested", () => {
  const read = (name: string) =>
    readFileSync(new URL(`../../data/splits/cityscapes/${name}.txt`, import.meta.url), "utf8")
      .trim()
      .split("\n")
      .map(Number);
  for (const [name, size] of [
    ["train_all", 2975],
    ["test", 500],
  ] as const)
    assert.deepEqual(
      read(name).sort((a, b) => a - b),
      Array.from({ length: size }, (_, i) => i),
    );
  const [few, some, many] = [20, 50, 150].map((count) => new Set(read(`train_${count}`)));
  assert.deepEqual([few.size, some.size, many.size], [20, 50, 150]);
  assert.equal(
    [...few].every((number) => some.has(number)),
    false,
  );
  assert.equal(
    [...some].every((number) => many.has(number)),
    false,
  );
});

test("the paper's numbers count over cities in alphabetical order, and over a complete copy only", async () => {
  const folder = temporary("arco-cityscapes-");
  const cities = ["aachen", "bochum", "weimar"];
  const put = (part: string, city: string, count: number) => {
    const place = join(folder, "leftImg8bit", part, city);
    mkdirSync(place, { recursive: true });
    for (let i = 0; i < count; i++)
      writeFileSync(join(place, `${city}_${String(i).padStart(6, "0")}_000019_leftImg8bit.png`), "");
  };
  for (const [i, city] of cities.entries()) put("train", city, [1000, 1000, 974][i]);
  put("val", "frankfurt", 500);
  await assert.rejects(
    cityscapes.open({ labeled: 20, folder }),
    isProblem(/found 2974 photographs to train on and 500 to validate, expected 2975 and 500/),
  );
  put("train", "weimar", 975);
  const { labeled, unlabeled, test: testing } = await cityscapes.open({ labeled: 20, folder });
  const first = readFileSync(new URL("../../data/splits/cityscapes/train_20.txt", import.meta.url), "utf8").split("\n");
  assert.deepEqual(
    labeled.ids,
    first
      .slice(0, 20)
      .map(
        (number) =>
          `${cities[Math.floor(Number(number) / 1000)]}_${String(Number(number) % 1000).padStart(6, "0")}_000019`,
      ),
  );
  assert.deepEqual([labeled.size, unlabeled.size, testing.ids.length], [20, 2955, 500]);
  const { found, expected } = cityscapes.state(folder);
  assert.deepEqual([found, expected], [3475, 6950]);
});

test("both archives may be unpacked each in its own folder; options of no meaning are errors", async () => {
  const folder = await copy();
  const before = await readAll((await cityscapes.open({ labeled: 2975, folder, options })).labeled);
  for (const name of ["leftImg8bit", "gtFine"]) {
    mkdirSync(join(folder, `${name}_trainvaltest`));
    renameSync(join(folder, name), join(folder, `${name}_trainvaltest`, name));
  }
  assert.deepEqual(await readAll((await cityscapes.open({ labeled: 2975, folder, options })).labeled), before);
  assert.deepEqual((await checked(cityscapes, folder, options)).wrong, []);
  const open = (given: object) => cityscapes.open({ labeled: 2975, folder, options: { ...options, ...given } });
  await assert.rejects(open({ width: 100 }), isProblem(/width: found 100, expected a multiple of 32/));
  await assert.rejects(open({ resize: "cubic" }), isProblem(/found "cubic", expected one of bicubic, nearest/));
  await assert.rejects(open({ crop: 0 }), isProblem(/crop: found 0/));
  await assert.rejects(open({ lists: "/nowhere" }), isProblem(/\/nowhere\/train_all.txt: not found/));
});
