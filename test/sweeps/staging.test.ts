import assert from "node:assert/strict";
import { existsSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { stage } from "../../lib/sweeps/staging.js";
import { boxes } from "../boxes.js";
import { arco, sha256, start, temporary } from "../cli/arco.js";
import { narrow } from "../narrow.js";

const home = temporary();
const benchmark = await boxes();
const from = join(home, "shared");
process.env.ARCO_CACHE = from;
assert.equal((await arco("data", "prepare", benchmark)).status, 0);

/** The files of a cache, by their names. */
function contents(cache: string): Readonly<Record<string, string>> {
  const files = readdirSync(join(cache, benchmark), { withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(files.map(({ name }) => [name, sha256(join(cache, benchmark, name))]));
}
const prepared = contents(from);
const names = Object.keys(prepared);

test("of several that stage at once one copies, whole and once; a file that was cut is copied again, one half written never", async () => {
  const to = join(home, "node");
  writeFileSync(join(from, benchmark, "half.1.0.part"), "half");
  const told: string[] = [];
  const ask = () => stage(benchmark, { from, to, onWait: (words) => told.push(words) });
  const counts = await Promise.all([ask(), ask(), ask()]);
  assert.deepEqual(counts.sort(), [0, 0, names.length]);
  assert.ok(told.length > 0, "the others are told for whom they wait");
  assert.deepEqual(contents(to), prepared);
  truncateSync(join(to, benchmark, names[0]), 100);
  assert.deepEqual([await ask(), await ask()], [1, 0]);
  assert.deepEqual(contents(to), prepared);
});

test("of what nobody has prepared nothing is copied; a stage that is aborted gives the node back and is continued", async () => {
  const to = join(home, "aborted");
  assert.equal(await stage("none", { from, to }), 0);
  assert.ok(!existsSync(to));
  const signal = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(stage(benchmark, { from, to, signal }), /stopped/);
  assert.equal(await stage(benchmark, { from, to }), names.length);
});

test("a disk of the node that cannot take the files is one clear line", async () => {
  const file = join(home, "file");
  writeFileSync(file, "");
  await assert.rejects(stage(benchmark, { from, to: file }), { name: "Problem", message: /file.*a part of this path/ });
});

test("two workers of a node train from its own disk what they would from the cache, and copy it once", async () => {
  const file = fileURLToPath(new URL("../narrow.ts", import.meta.url));
  const small = ["--import", file, "--set", `network=${narrow}`, "--benchmark", benchmark, "--preset", "smoke"];
  const runsOf = (name: string) => join(home, name);
  const plan = async (name: string) => {
    const words = ["--runs", runsOf(name), ...small, "--seeds", "2", "--plan"];
    assert.equal((await arco("sweep", "s", ...words)).status, 0);
    return join(runsOf(name), "sweeps", "s");
  };
  const to = join(home, "worked");
  const places = await plan("staged");
  const ended = await Promise.all([1, 2].map(() => start(["work", places], { ARCO_STAGE: to }).ended));
  for (const { status, err } of ended) assert.equal(status, 0, err);
  const copied = ended.flatMap(({ err }) => err.match(/\d+ prepared files copied/g) ?? []);
  assert.deepEqual(copied, [`${names.length} prepared files copied`]);
  assert.deepEqual(contents(to), prepared, "nothing was decoded again");

  assert.equal((await arco("work", await plan("plain"))).status, 0);
  const results = (name: string) =>
    readdirSync(runsOf(name))
      .filter((run) => run !== "sweeps")
      .map((run) => [run, sha256(join(runsOf(name), run, "checkpoints", "last.safetensors"))]);
  assert.equal(results("staged").length, 2);
  assert.deepEqual(results("staged"), results("plain"));
});
