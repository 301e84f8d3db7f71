import assert from "node:assert/strict";
import { before, test } from "node:test";
import { classBars, labelsAgainstDice, tableOverlays } from "../../lib/tables/figures.js";
import { type TableResult, tableResult } from "../../lib/tables/result.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-figures-");
const only = ["UNet-L", "MT"];
const choice = { runs, preset: "smoke", seeds: [0, 1], only } as const;
const few: TableResult[] = [];

before(async () => {
  for (const labeled of [1, 3])
    for (const [at, method] of ["supervised", "meanTeacher"].entries())
      for (const seed of choice.seeds)
        await sampleRun(runs, { method, labeled, seed }, { shift: 1 + at + seed + labeled });
  for (const labeled of [1, 3]) few.push(tableResult(1, { ...choice, labeled }));
});

/** Traces that are drawn, by name. */
const tracesOf = ({ data }: { data: readonly object[] }) =>
  data as readonly { name?: string; x?: unknown[]; y?: number[]; mode?: string }[];

test("bars show each class's mean over the trainings of a row, one colour a row", () => {
  const traces = tracesOf(classBars(few[0]));
  assert.deepEqual(
    traces.map(({ name }) => name),
    only,
  );
  const [{ runs: own }] = few[0].rows;
  const expected = own.reduce((sum, { metrics }) => sum + metrics.perClass[0].dice / own.length, 0);
  assert.ok(Math.abs((traces[0].y?.[0] ?? 0) - expected) < 1e-9);
});

test("a line for each row goes through its mean Dice at every number of labels", () => {
  const lines = tracesOf(labelsAgainstDice(few)).filter(({ name }) => name === "UNet-L");
  const line = lines.find(({ x }) => x?.length === 2);
  assert.deepEqual(line?.x, [1, 3]);
  for (const [at, { rows }] of few.entries()) assert.ok(Math.abs((line?.y?.[at] ?? 0) - rows[0].score.mean) < 1e-6);
});

test("predictions of chosen rows stand beside each other; a row without trainings is one clear error", async () => {
  const figure = await tableOverlays(few[0], { only: ["MT"], cases: 2 });
  assert.ok(JSON.stringify(figure).includes("MT, seed 0"));
  assert.throws(() => classBars(few[0], { only: ["CPS"] }), /no finished training of CPS.*UNet-L · MT/);
});
