import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { planTable } from "../../lib/tables/plan.js";
import { ranking, rankingWords } from "../../lib/tables/ranking.js";
import { tableResult } from "../../lib/tables/result.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

test("the notebook of table 1 trains the rows that are asked for, and shows and ranks what the run store has", async () => {
  const runs = temporary("arco-compared-");
  const choice = { runs, preset: "smoke", seeds: [0], labeled: 3 } as const;
  const { jobs } = planTable(1, { ...choice, only: ["CPS", "UAMT", "ARCO-SG", "Control", "MT"] });
  for (const [at, { phase, config }] of jobs.filter((job) => job.phase === "training").entries())
    if (phase === "training") await sampleRun(runs, config, { shift: 1 + at });
  const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
  const outputs = outputsOf(await execute(join(root, "notebooks", "17-table-1-acdc.ipynb"), environment));
  assert.equal(countFigures(outputs), 3);
  const shown = wordsOf(outputs);
  const result = tableResult(1, choice);
  const trained = result.rows.filter((row) => row.runs.length > 0).map(({ title }) => title);
  assert.deepEqual(trained, ["UNet-L", "MT", "UAMT", "CPS", "ARCO-SG", "Control"]); // the first by the notebook, UAMT unasked
  const ranked = ranking(result);
  assert.ok(ranked);
  for (const sentence of rankingWords(ranked)) assert.ok(shown.includes(sentence), sentence);
  assert.match(shown, /0 of 1\b/); // rows that nobody trained
});
