import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

test("a sampler and a method of one's own are trained beside the lab's, and their numbers are those of the run store", async () => {
  const runs = temporary("idea-");
  const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
  const outputs = outputsOf(await execute(join(root, "notebooks", "14-your-own-idea.ipynb"), environment));
  assert.equal(countFigures(outputs), 5);
  const words = wordsOf(outputs);
  for (const kind of ["supervised", "pseudo", "meanTeacher", "cps"])
    assert.equal(readdirSync(runs).filter((name) => name.startsWith(`hippocampus-${kind}-`)).length, 1, kind);
  const samplers = readdirSync(runs)
    .filter((name) => name.startsWith("hippocampus-arco-"))
    .map((name) => JSON.parse(readFileSync(join(runs, name, "config.json"), "utf8")).options.sampler);
  assert.deepEqual(samplers.sort(), ["boundary", "sg"]);
  assert.match(words, /boundary/);
  assert.doesNotMatch(words, /UncaughtException|UnhandledPromiseRejection|NaN/);
});
