import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { prepare } from "../../../lib/benchmarks/cache/preparing.js";
import { hippocampus } from "../../../lib/benchmarks/hippocampus.js";
import { dataFolder } from "../../../lib/benchmarks/places.js";
import { readSplit } from "../../../lib/benchmarks/split.js";
import { Problem } from "../../../lib/problem.js";
import { start } from "../../cli/arco.js";
import { temporary } from "../../temporary.js";

const sample = join(dataFolder, "hippocampus");

/** Names and contents of all files in a cache, but not of those that were being written. */
function contents(cache: string): Map<string, string> {
  const folder = join(cache, "hippocampus");
  const files = readdirSync(folder).filter((file) => !file.endsWith(".part"));
  return new Map(
    files.map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ]),
  );
}

test("all training files are decoded, and none of a test or validation case; again, nothing is left to do", async () => {
  process.env.ARCO_CACHE = temporary("arco-prepare-");
  assert.deepEqual(await prepare(hippocampus), { made: 60, there: 0, swept: 0 });
  const split = readSplit(sample);
  const names = [...contents(process.env.ARCO_CACHE).keys()].map((name) => name.split(".")[0]);
  assert.deepEqual([...new Set(names)].sort(), [...split.train].sort());
  assert.equal(names.length, 120);
  assert.deepEqual(await prepare(hippocampus), { made: 0, there: 60, swept: 0 });
});

test("killed with -9 at any moment it goes on where it was, and ends with the same files to the bit", {
  timeout: 120_000,
}, async () => {
  const folder = temporary("arco-prepare-");
  const whole = join(folder, "whole");
  process.env.ARCO_CACHE = whole;
  await prepare(hippocampus, { workers: 1 });
  const cache = join(folder, "killed");
  for (const files of [1, 20, 61]) {
    const { child, ended } = start(["data", "prepare", "hippocampus"], { ARCO_CACHE: cache });
    while (!existsSync(join(cache, "hippocampus")) || readdirSync(join(cache, "hippocampus")).length < files) {
      if (child.exitCode !== null) break;
      await setTimeout(5);
    }
    child.kill("SIGKILL");
    await ended;
    const expected = contents(whole);
    for (const [name, hash] of contents(cache)) assert.equal(hash, expected.get(name), "what is there is whole");
  }
  const { status, out } = await start(["data", "prepare", "hippocampus", "--json"], { ARCO_CACHE: cache }).ended;
  assert.equal(status, 0);
  assert.ok(JSON.parse(out).there > 0, "what was done before the kill counts");
  assert.deepEqual(contents(cache), contents(whole));
});

test("a changed source is decoded again and what it was is removed; a broken one is named, and all others are there", async () => {
  const folder = temporary("arco-prepare-");
  process.env.ARCO_CACHE = join(folder, "cache");
  cpSync(sample, join(folder, "data"), { recursive: true });
  const [first, second] = readSplit(sample).train;
  const image = (id: string) => join(folder, "data", "imagesTr", `${id}.nii.gz`);
  await prepare(hippocampus, { folder: join(folder, "data") });
  utimesSync(image(first), 1, 1);
  assert.deepEqual(await prepare(hippocampus, { folder: join(folder, "data") }), { made: 1, there: 59, swept: 2 });
  rmSync(join(folder, "cache"), { recursive: true });
  const label = join(folder, "data", "labelsTr", `${second}.nii.gz`);
  writeFileSync(label, readFileSync(label).subarray(0, -40));
  await assert.rejects(
    prepare(hippocampus, { folder: join(folder, "data") }),
    (error) =>
      error instanceof Problem && /1 of 60 files/.test(error.message) && error.message.includes(`${label}: truncated`),
  );
  assert.equal(new Set([...contents(join(folder, "cache")).keys()].map((name) => name.split(".")[0])).size, 59);
});
