import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { planTable } from "../../lib/tables/plan.js";
import { ranking, rankingWords } from "../../lib/tables/ranking.js";
import { tableResult } from "../../lib/tables/result.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

const path = join(root, "notebooks", "22-table-9-volumes.ipynb");

test("the notebook of table 9 trains on volumes, shows them, and says what the third axis saves", async () => {
  const runs = temporary("arco-volumes-");
  const choice = { runs, preset: "smoke", seeds: [0], labeled: 3 } as const;
  const { jobs } = planTable(9, { ...choice, only: ["VNet-L", "CPS", "Control", "MT"] });
  for (const [at, { config }] of jobs.entries()) await sampleRun(runs, config, { shift: 1 + at });
  const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
  const outputs = outputsOf(await execute(path, environment));
  assert.equal(countFigures(outputs), 4);
  const shown = wordsOf(outputs);
  assert.match(shown, /Volume: hippocampus_\d+, truth/);
  assert.match(shown, /Volume: hippocampus_\d+, ARCO-SG, seed 0: Dice 0\.\d\d/);
  const result = tableResult(9, choice);
  const trained = result.rows.filter((row) => row.runs.length > 0).map(({ title }) => title);
  assert.deepEqual(trained, ["VNet-L", "MT", "CPS", "ARCO-SG", "Control"]);
  const ranked = ranking(result);
  assert.ok(ranked);
  for (const sentence of rankingWords(ranked)) assert.ok(shown.includes(sentence), sentence);
  for (const quantity of ["loss", "gradient"])
    for (const sampler of ["SG", "SAG"])
      assert.match(shown, new RegExp(`mean ${quantity}, ${sampler} saves .* with 4×4×4, .* \\(one training\\)`));
});
