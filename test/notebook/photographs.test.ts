import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tableConclusion } from "../../lib/tables/conclusion.js";
import { tableResult } from "../../lib/tables/result.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

test("the notebook of table 7 trains on photographs, shows masks beside the truth, and says what groups of 9, 16 and 25 cells save", async () => {
  const runs = temporary("arco-photographs-");
  const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
  const outputs = outputsOf(await execute(join(root, "notebooks", "18-table-7-photographs.ipynb"), environment));
  assert.equal(countFigures(outputs), 2);
  const shown = wordsOf(outputs);
  const result = tableResult(7, { runs, preset: "smoke", seeds: [0], benchmark: "phantom-pascal" });
  const trained = result.rows.filter((row) => row.runs.length > 0);
  assert.equal(trained.length, 5);
  for (const sentence of tableConclusion(result)) assert.ok(shown.includes(sentence), sentence);
  for (const cells of [9, 16, 25])
    assert.match(
      shown,
      new RegExp(`${cells} cells\\..* Variance of the estimated loss: SG has \\d.* over 2 trainings`),
    );
  assert.equal(readdirSync(runs).filter((name) => name.startsWith("phantom-pascal-")).length, 5 + 6);
  assert.doesNotMatch(shown, /Dice/, "photographs are scored by mIoU");
});
