import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runFolder } from "../../lib/runs/folder.js";
import { armsOf } from "../../lib/studies/curves/arms.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

const augmented = { name: "supervised", changes: { options: { mixing: "cutmix", photometric: true } } };
const hardQueries = (sampler: string) => ({
  name: `arco-${sampler}`,
  title: `ARCO-${sampler.toUpperCase()}`,
  changes: { pretraining: null, options: { contrast: { which: "hard" }, weights: { contrast: 0.1 } } },
});

test("the notebook on what pays trains what is missing, draws the curves and concludes from the runs", async () => {
  const runs = temporary("arco-pay-");
  const arms = armsOf({
    arms: ["supervised", augmented, "control", ...["ns", "sg", "sag"].map(hardQueries)],
    labeled: 3,
    replicates: 2,
    config: { preset: "smoke" },
  });
  for (const [at, { name, configs }] of arms.entries())
    if (name !== "supervised") for (const config of configs) await sampleRun(runs, config, { shift: at });
  const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "2" };
  const outputs = outputsOf(await execute(join(root, "notebooks", "15-does-it-pay.ipynb"), environment));
  assert.equal(countFigures(outputs), 4);
  const shown = wordsOf(outputs);
  assert.equal(readdirSync(runs).filter((name) => name.startsWith("hippocampus-supervised-")).length, 4);
  const dice = ({ configs }: (typeof arms)[number]) =>
    configs.map((config) => JSON.parse(readFileSync(join(runFolder(runs, config), "metrics.json"), "utf8")).mean.dice);
  const [supervised, , , , sg] = arms.map(dice);
  const difference = 50 * sg.reduce((sum: number, value: number, at: number) => sum + value - supervised[at], 0);
  assert.ok(difference > 0);
  assert.match(
    shown,
    new RegExp(`ARCO-SG: ${difference.toFixed(1)} Dice points better than supervised, but 2 draws are too few`),
  );
  assert.match(shown, /ARCO-SG\s+2 draws × 1 seed\s+10 /);
});
