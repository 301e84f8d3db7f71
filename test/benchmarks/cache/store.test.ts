import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { type Decoded, store } from "../../../lib/benchmarks/cache/store.js";
import { stream } from "../../../lib/engine/random.js";
import { Problem } from "../../../lib/problem.js";
import { temporary } from "../../temporary.js";

const shape = [3, 4];
const pixels = 12;
const parts = [3, 2, 400];
const hard = [0, -0, 1e-45, Number.MAX_VALUE, -1.5, 1 / 3].map(Math.fround);
const folder = temporary("arco-store-");
const sources = ["a", "b", "c"].map((name) => join(folder, name));
const groups = sources.map((path, i) => ({
  id: ["case 1", "Fälle/2", "3"][i],
  images: [path],
  labels: [`${path}.label`],
  labeled: true,
}));

let asked: string[] = [];

/** Few distinct values in the first groups, more than a palette holds in the last. */
async function decode(group: number, labeled: boolean): Promise<Decoded> {
  asked.push(`${group} ${labeled ? "with" : "without"} label`);
  const rng = stream(0, group);
  const size = parts[group] * pixels;
  return {
    images: Float32Array.from({ length: size }, (_, i) => (group === 2 ? rng.normal() : hard[i % hard.length])),
    labels: labeled ? Int8Array.from({ length: size }, (_, i) => (i % 5) - 1) : undefined,
    shape,
  };
}

const open = (recipe: unknown = 1, make = decode) => store("test", groups, recipe, 1, make);

beforeEach(() => {
  asked = [];
  process.env.ARCO_CACHE = join(folder, "cache");
  rmSync(process.env.ARCO_CACHE, { recursive: true, force: true });
  for (const source of sources) for (const path of [source, `${source}.label`]) writeFileSync(path, "");
});

test("what is read is what was decoded, bit for bit, and each group is decoded once, by whoever comes first", async () => {
  for (const { read } of [open(), open()])
    for (const [group, count] of parts.entries()) {
      const { images, labels } = await decode(group, true);
      asked.pop();
      await Promise.all(
        Array.from({ length: count }, async (_, part) => {
          const found = await read(group, part, true);
          const [from, to] = [part * pixels, (part + 1) * pixels];
          assert.deepEqual(new Uint8Array(found.image.buffer), new Uint8Array(images.slice(from, to).buffer));
          assert.deepEqual(found.label, labels?.slice(from, to));
          assert.deepEqual(found.shape, shape);
        }),
      );
    }
  assert.deepEqual(asked, ["0 with label", "1 with label", "2 with label"]);
});

test("a label is neither decoded nor read unless it is asked for, and can be had later", async () => {
  const { read, has } = open();
  assert.equal((await read(1, 0, false)).label, undefined);
  assert.deepEqual([has(1, false), has(1, true)], [true, false]);
  assert.equal((await read(1, 0, true)).label?.length, pixels);
  assert.equal((await read(1, 0, false)).label, undefined);
  assert.deepEqual(asked, ["1 without label", "1 with label"]);
});

test("another recipe, a changed image or a changed label is decoded anew, and sweeping takes away what the change has left", async () => {
  await open().fill(0, true);
  await open(2).fill(0, true);
  utimesSync(`${sources[0]}.label`, 1, 1);
  assert.deepEqual([open().has(0, false), open().has(0, true)], [true, false]);
  await open().fill(0, true);
  utimesSync(sources[0], 1, 1);
  assert.equal(open().has(0, false), false);
  await open().fill(0, true);
  assert.equal(asked.length, 4);
  const files = () => readdirSync(join(folder, "cache", "test")).length;
  assert.equal(files(), 7);
  assert.equal(open().sweep(), 3);
  assert.equal(files(), 4);
  assert.ok(open().has(0, true));
});

test("what a process is writing is not swept away, whatever the clock says; what a killed one has left is", async () => {
  await open().fill(0, true);
  const cache = join(folder, "cache", "test");
  const [image] = readdirSync(cache).filter((name) => name.endsWith(".image"));
  const dead = spawnSync(process.execPath, ["--version"]).pid;
  const hours = (count: number) => Date.now() / 1000 + 3600 * count;
  const parts: [file: string, mtime: number, isKept: boolean][] = [
    [`${process.pid}.0`, hours(-5), true],
    [`${process.pid}.1`, hours(5), true],
    [`${dead}.0`, hours(0), true], // it may be another machine's
    [`${dead}.1`, hours(-5), false],
    [`${dead}.2`, hours(5), false],
  ];
  for (const [writer, mtime] of parts) {
    const path = join(cache, `${image}.${writer}.part`);
    writeFileSync(path, "half");
    utimesSync(path, mtime, mtime);
  }
  assert.equal(open().sweep(), 2);
  const left = readdirSync(cache).filter((name) => name.endsWith(".part"));
  const expected = parts.filter(([, , isKept]) => isKept).map(([writer]) => `${image}.${writer}.part`);
  assert.deepEqual(left.sort(), expected.sort());
  for (const name of left) rmSync(join(cache, name));
});

test("a file that a failing disk has cut is not taken for whole", async () => {
  await open().fill(2, true);
  const cache = join(folder, "cache", "test");
  const [image] = readdirSync(cache).filter((name) => name.endsWith(".image"));
  for (const size of [40_000, 600, 100, 0]) {
    truncateSync(join(cache, image), size);
    assert.equal(open().has(2, true), false);
  }
  await open().fill(2, true);
  assert.ok(open().has(2, true));
});

test("a group that could not be decoded is tried again, and leaves nothing behind", async () => {
  let tries = 0;
  const { read } = open(1, async (group, labeled) => {
    if (tries++ === 0) throw new Error("disk");
    return decode(group, labeled);
  });
  await assert.rejects(read(0, 0, true), /disk/);
  assert.equal((await read(0, 0, true)).image.length, pixels);
});

test("a cache folder that cannot be is a Problem that names it", async () => {
  process.env.ARCO_CACHE = join(sources[0], "cache");
  await assert.rejects(
    open().fill(0, true),
    (error) => error instanceof Problem && error.message.includes(join(sources[0], "cache")),
  );
});
