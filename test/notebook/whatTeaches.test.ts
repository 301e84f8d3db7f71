import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runFolder } from "../../lib/runs/folder.js";
import { armsOf } from "../../lib/studies/curves/arms.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

test("the notebook on what teaches keeps checkpoints of its trainings and looks at pseudo labels and gradients in them", async () => {
  const runs = temporary("arco-teaches-");
  const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
  const outputs = outputsOf(await execute(join(root, "notebooks", "16-what-teaches.ipynb"), environment));
  assert.equal(countFigures(outputs), 2);
  const [, { configs }] = armsOf({ arms: ["control", "arco-sg"], labeled: 3, config: { preset: "smoke" } });
  const step = Math.ceil(configs[0].steps / 5);
  assert.ok(existsSync(join(runFolder(runs, configs[0]), "checkpoints", `step-${step}.safetensors`)));
  const shown = wordsOf(outputs);
  assert.match(shown, /control: the labels that the student learns from have a Dice of 0\.\d{3}/);
  assert.match(shown, /at the start supervised 1\.0 \(cosine 0\.\d+\), unsupervised/);
});
