import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gains } from "../../lib/studies/sampling/gains.js";
import { lossFields } from "../../lib/studies/sampling/lossField.js";
import { takeApart } from "../../lib/studies/step/apart.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

const runs = temporary("sampling-variance-");
const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
const path = join(root, "notebooks", "02-sampling-variance.ipynb");

test("the notebook on sampling variance looks at trainings with other seeds and labels, shows its figures, and concludes from what it found", async () => {
  const text = await execute(path, environment);
  const outputs = outputsOf(text);
  assert.equal(countFigures(outputs), 5);
  const shown = wordsOf(outputs);
  assert.equal(readdirSync(runs).filter((name) => /^hippocampus-arco-\w+$/.test(name)).length, 2);
  assert.match(shown, /nothing is decided: that takes 5 trainings \(2 trainings, 8 batches in all\)/);
  assert.match(shown, /naive draws of queries make \d+\.\d % \(95 % interval .*; SG takes away .*\(2 trainings\)/);
  assert.match(shown, /9 of 9 counted variances equal the corrected theorem's to the last binary digit/);
  assert.match(shown, /theory and observation agree/);
  assert.match(shown, /equally likely under NS, SG, SAG; SG as released/);
  const config = resolveConfig({ benchmark: "hippocampus", method: "arco", preset: "smoke" });
  const first = gains(lossFields([await takeApart(config, { runs, step: 0 })])).filter(
    ({ quantity }) => quantity === "loss",
  );
  assert.ok(first.length > 0);
  for (const { title, pixels, groups, ...shares } of first) {
    const numbers = [pixels, groups, ...[shares.sg, shares.sag, shares.neyman].map((share) => share.toFixed(3))];
    assert.match(shown, new RegExp(`^${title} +grid over the batch +${numbers.join(" +")}$`, "m"));
  }
  assert.doesNotMatch(shown, /UncaughtException|UnhandledPromiseRejection|NaN/);
});
