import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { tableConclusion } from "../../lib/tables/conclusion.js";
import { planTable } from "../../lib/tables/plan.js";
import { tableResult } from "../../lib/tables/result.js";
import { resultSheet } from "../../lib/tables/sheet.js";
import { sampleRun } from "../runs/samples.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

const runs = mkdtempSync(join(tmpdir(), "tables-"));
after(() => rmSync(runs, { recursive: true }));
const choice = { runs, preset: "smoke", seeds: [0, 1] } as const;
const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "2" };
const notebooks = [
  [2, "04-table-2-components"],
  [3, "05-table-3-losses"],
  [4, "06-table-4-augmentation"],
] as const;
const [left] = planTable(2, choice).jobs.filter(({ phase }) => phase === "training"); // for the notebook to train

before(async () => {
  for (const [table] of notebooks)
    for (const { phase, state, config, run } of planTable(table, choice).jobs)
      if (phase === "training" && state === "missing" && run !== left.run)
        await sampleRun(runs, config, { shift: 1 + (Number.parseInt(run.slice(-4), 16) % 5) });
});

for (const [table, name] of notebooks)
  test(`${name}: trains what is missing, shows its table and figures out of the run store, and concludes what the runs say`, async () => {
    const path = join(root, "notebooks", `${name}.ipynb`);
    const text = await execute(path, environment);
    const outputs = outputsOf(text);
    assert.equal(countFigures(outputs), 2);
    const shown = wordsOf(outputs);
    assert.ok(shown.includes(`100 % Table ${table}: done`));
    const result = tableResult(table, choice);
    for (const { title, runs: found } of result.rows) assert.equal(found.length, 2, title);
    const { facts, grids, findings, notes } = resultSheet(result);
    for (const said of [...facts.flat(), ...grids.flatMap(({ rows }) => rows.flat()), ...findings, ...notes])
      assert.ok(shown.includes(said), said);
    for (const sentence of tableConclusion(result)) assert.ok(shown.includes(sentence), sentence);
    assert.doesNotMatch(shown, /UncaughtException|UnhandledPromiseRejection/);
    if (table === 2) assert.equal(await execute(path, environment), text);
  });

test("the three tables share the runs that they have in common, and each run is there once", () => {
  const jobs = notebooks.map(([table]) => planTable(table, choice).jobs.filter(({ phase }) => phase === "training"));
  const names = new Set(jobs.flat().map(({ run }) => run));
  assert.ok(names.size < jobs.flat().length);
  assert.deepEqual(
    readdirSync(runs)
      .filter((name) => name.startsWith("hippocampus-arco-"))
      .sort(),
    [...names].sort(),
  );
  assert.ok(JSON.parse(readFileSync(join(runs, left.run, "timing.json"), "utf8")).length > 0);
});
