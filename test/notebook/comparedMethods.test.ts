import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { benchmarks } from "../../lib/benchmarks/index.js";
import { planTable } from "../../lib/tables/plan.js";
import { ranking, rankingWords } from "../../lib/tables/ranking.js";
import { tableResult } from "../../lib/tables/result.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

const unasked = "UAMT"; // in the run store, and not among what the notebooks ask for

const asked = ["MT", "CPS", "ARCO-SG", "Control"];

for (const { table, notebook, benchmark, there } of [
  { table: 1, notebook: "17-table-1-acdc", benchmark: "hippocampus", there: asked },
  { table: 5, notebook: "20-table-5-lits", benchmark: "phantom-lits", there: ["UNet-L", ...asked] },
  { table: 6, notebook: "21-table-6-mmwhs", benchmark: "phantom-mmwhs", there: ["UNet-L", ...asked] },
] as const)
  test(`the notebook of table ${table} trains the rows that are asked for, and shows and ranks what the run store has`, async () => {
    const runs = temporary("arco-compared-");
    const labeled = benchmarks[benchmark].labeledChoices[1];
    const choice = { runs, benchmark, preset: "smoke", seeds: [0], labeled } as const;
    const { jobs } = planTable(table, { ...choice, only: [unasked, ...there] });
    for (const [at, { phase, config }] of jobs.filter((job) => job.phase === "training").entries())
      if (phase === "training")
        await sampleRun(runs, config, { shift: 1 + at, phantom: benchmark.startsWith("phantom-") });
    const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
    const outputs = outputsOf(await execute(join(root, "notebooks", `${notebook}.ipynb`), environment));
    assert.equal(countFigures(outputs), 3);
    const shown = wordsOf(outputs);
    const result = tableResult(table, choice);
    const trained = result.rows.filter((row) => row.runs.length > 0).map(({ title }) => title);
    assert.deepEqual(trained, ["UNet-L", "MT", "UAMT", "CPS", "ARCO-SG", "Control"]);
    const ranked = ranking(result);
    assert.ok(ranked);
    for (const sentence of rankingWords(ranked)) assert.ok(shown.includes(sentence), sentence);
    assert.match(shown, /0 of 1\b/); // rows that nobody trained
  });
