import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runName } from "../../lib/runs/run.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { trainedDefault } from "../trained.js";
import { countFigures, execute, outputsOf, root } from "./notebooks.js";

const runs = await trainedDefault("step-");
const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
const path = join(root, "notebooks", "03-arco-step-by-step.ipynb");

test("a step is taken apart into pictures and terms that are those of the run's log", async () => {
  const text = await execute(path, environment);
  const outputs = outputsOf(text);
  assert.equal(countFigures(outputs), 7);
  const shown = outputs.map(({ data }) => JSON.stringify(data?.["text/plain"])).join("\n");
  const name = runName(resolveConfig({ method: "arco", preset: "smoke", seed: 0 }));
  const [first] = readFileSync(join(runs, name, "log.jsonl"), "utf8").split("\n");
  const { supervised, contrast, nearest } = JSON.parse(first);
  for (const term of [supervised, contrast, nearest]) assert.ok(shown.includes(term.toFixed(3)), String(term));
  assert.match(shown, /differ from the run's log by nothing, to the last bit/);
});
