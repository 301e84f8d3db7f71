import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cityscapes, cityscapesScene } from "../../lib/phantoms/cityscapes.js";
import { pascal, pascalScene } from "../../lib/phantoms/pascal.js";
import type { Phantom } from "../../lib/phantoms/phantom.js";
import { sunRgbd, sunRgbdScene } from "../../lib/phantoms/sunRgbd.js";
import { temporary } from "../temporary.js";

/** Share of each number in the labelled pixels of some scenes, in percent. */
function shares(labels: readonly Uint8Array[], ignored: (value: number) => boolean): Float64Array {
  const counts = new Float64Array(256);
  for (const label of labels) for (const value of label) counts[value]++;
  const total = counts.reduce((sum, count, value) => sum + (ignored(value) ? 0 : count), 0);
  return counts.map((count) => (100 * count) / total);
}

const numbered = (count: number, name: (i: number) => string) => Array.from({ length: count }, (_, i) => name(i));
const city = numbered(150, (i) => `aachen_${String(i).padStart(6, "0")}_000019`);
const voc = numbered(250, (i) => `2009_${String(i).padStart(6, "0")}`);
const rooms = numbered(250, (i) => String(i + 1));
const isVoid = (id: number) => id <= 6 || [9, 10, 14, 15, 16, 18, 29, 30].includes(id);

test("streets have about the shares of Cityscapes: many pixels of road and buildings, few of two-wheelers", () => {
  const found = shares(
    city.map((id) => cityscapesScene(id, { size: 1 / 16 }).label),
    isVoid,
  );
  // [labelId, least, most] around the published 36.9, 22.8, 15.9, 7.0, 6.1, 4.0, 1.2, 1.2, 0.4, 0.1
  for (const [id, least, most] of [
    [7, 33, 43],
    [11, 16, 26],
    [21, 11, 20],
    [26, 5, 9],
    [8, 5, 11],
    [23, 2, 8],
    [24, 0.6, 1.8],
    [17, 0.7, 1.8],
    [33, 0.15, 0.8],
    [32, 0.02, 0.2],
  ])
    assert.ok(found[id] > least && found[id] < most, `${id}: ${found[id]}`);
  for (const id of [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33]) assert.ok(found[id] > 0);
});

test("two thirds and more of a VOC scene are background, persons are the most frequent object, every class occurs", () => {
  const found = shares(
    voc.map((id) => pascalScene(id, { size: 0.15 }).label),
    (value) => value === 255,
  );
  assert.ok(found[0] > 62 && found[0] < 75, `${found[0]}`);
  assert.equal(found.subarray(1, 21).indexOf(Math.max(...found.subarray(1, 21))) + 1, 15);
  assert.ok(found.subarray(1, 21).every((share) => share > 0));
  assert.ok(found[5] < 1.2 && found.subarray(21, 255).every((share) => share === 0));
});

test("rooms are walls and floors first, and have all 37 classes", () => {
  const found = shares(
    rooms.map((id) => sunRgbdScene(id, { size: 0.1 }).label),
    (value) => value === 0,
  );
  assert.ok(found[1] > 20 && found[2] > 12 && found[1] > found[2]);
  assert.ok(found.subarray(1, 38).every((share) => share > 0));
  assert.ok(found.subarray(38).every((share) => share === 0));
});

test("tail scales the area of the rarest class", () => {
  const of = (tail: number) => [
    shares(
      city.slice(0, 60).map((id) => cityscapesScene(id, { size: 1 / 8, tail }).label),
      isVoid,
    )[32],
    shares(
      voc.map((id) => pascalScene(id, { size: 0.15, tail }).label),
      (value) => value === 255,
    )[5],
    shares(
      rooms.slice(0, 100).map((id) => sunRgbdScene(id, { size: 0.2, tail }).label),
      (value) => value === 0,
    )[36],
  ];
  const [usual, less] = [of(1), of(0.25)];
  for (const [i, share] of less.entries())
    assert.ok(share > 0.1 * usual[i] && share < 0.45 * usual[i], `${share} of ${usual[i]}`);
});

/** Names and contents of all files of a folder. */
function digest(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort())
    if (statSync(join(folder, name)).isFile()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

async function written(phantom: Phantom, ids: readonly string[], seed: number): Promise<string> {
  const folder = temporary("arco-scenes-");
  const told: number[] = [];
  for await (const done of phantom.write(folder, ids, { seed, size: phantom.defaultSize / 2 })) told.push(done);
  assert.deepEqual(
    told,
    ids.map((_, i) => i + 1),
  );
  return digest(folder);
}

for (const [phantom, ids] of [
  [cityscapes, city],
  [pascal, voc],
  [sunRgbd, rooms],
] as const)
  test(`${phantom.name}: equal seeds give equal files, byte for byte, and others other ones`, async () => {
    const some = ids.slice(0, 2);
    const [one, same, other] = [
      await written(phantom, some, 4),
      await written(phantom, some, 4),
      await written(phantom, some, 5),
    ];
    assert.equal(one, same);
    assert.notEqual(one, other);
  });

test("a scene depends on its id, not on what is written with it; colours do not give the classes away", () => {
  const { image, label } = cityscapesScene(city[0]);
  assert.deepEqual(cityscapesScene(city[0]).image, image);
  assert.notDeepEqual(cityscapesScene(city[1]).label, label);
  // the brightness of buildings and vegetation, cars and road overlaps by more than a standard deviation
  const bright = (id: number) => {
    const values = [...label.keys()]
      .filter((i) => label[i] === id)
      .map((i) => image[3 * i] + image[3 * i + 1] + image[3 * i + 2]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
  };
  for (const [a, b] of [
    [11, 21],
    [7, 8],
  ]) {
    const [one, other] = [bright(a), bright(b)];
    assert.ok(Math.abs(one.mean - other.mean) < 2 * (one.deviation + other.deviation));
    assert.ok(one.deviation > 10 && other.deviation > 10);
  }
});
