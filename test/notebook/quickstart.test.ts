import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { quickstartArms } from "../../lib/reports/quickstart.js";
import { arco } from "../cli/arco.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root } from "./notebooks.js";

const runs = mkdtempSync(join(tmpdir(), "quickstart-"));
after(() => rmSync(runs, { recursive: true }));
const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
const path = join(root, "notebooks", "01-quickstart.ipynb");

const left = ["supervised", "meanTeacher", "arco-sg"]; // for the notebook to train

before(async () => {
  for (const [at, { name, configs }] of quickstartArms({ config: { preset: "smoke" } }).entries())
    if (!left.includes(name)) await sampleRun(runs, configs[0], { shift: at });
});

test("the quick start trains what is missing, shows every figure and takes its numbers from the run store", async () => {
  const text = await execute(path, environment);
  const outputs = outputsOf(text);
  assert.equal(countFigures(outputs), 5);
  const shown = JSON.stringify(outputs.map(({ data }) => data?.["text/plain"]));
  const found = readdirSync(runs).filter((name) => name.startsWith("hippocampus-"));
  assert.equal(found.length, 8); // seven arms, and the pre-training of the one that was trained
  for (const name of found.filter((name) => !name.includes("relational"))) {
    const { mean } = JSON.parse(readFileSync(join(runs, name, "metrics.json"), "utf8"));
    assert.ok(shown.includes(mean.dice.toFixed(3)), `${name}: ${mean.dice}`);
  }
  assert.ok(shown.includes("100 % Training: done"));
  assert.doesNotMatch(shown, /UncaughtException|UnhandledPromiseRejection/);
});

test("after npm start the notebook trains nothing: both ask for the same runs", async () => {
  const started = temporary("started-");
  for (const [at, { configs }] of quickstartArms().entries())
    for (const config of configs) await sampleRun(started, config, { shift: at });
  const before = readdirSync(started);
  const { status, out } = await arco("quickstart", "--runs", started);
  assert.equal(status, 0);
  outputsOf(await execute(path, { ARCO_RUNS: started }));
  assert.deepEqual(readdirSync(started).sort(), [...before, "quickstart.html"].sort());
  assert.ok(out.includes("quickstart.html"));
});
