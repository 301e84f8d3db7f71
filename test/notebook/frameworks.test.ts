import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { planTable } from "../../lib/tables/plan.js";
import { tableResult } from "../../lib/tables/result.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

test("the notebook of table 8 shows all pre-trainings with each sampler, and trains none that the run store has", async () => {
  const runs = temporary("arco-frameworks-");
  const choice = { runs, preset: "smoke", seeds: [0], labeled: 3 } as const;
  const { jobs } = planTable(8, choice);
  for (const [at, { phase, config }] of jobs.entries())
    if (phase === "training") await sampleRun(runs, config, { shift: 1 + (at % 3), cases: 2 });
  const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
  const outputs = outputsOf(await execute(join(root, "notebooks", "19-table-8-frameworks.ipynb"), environment));
  assert.equal(countFigures(outputs), 3);
  const shown = wordsOf(outputs);
  const result = tableResult(8, choice);
  const printed = result.rows.filter((row) => row.published);
  assert.equal(printed.length, 21);
  for (const { title, runs: own } of printed) assert.ok(own.length === 1 && shown.includes(title), title);
});
