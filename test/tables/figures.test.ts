import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Figure } from "../../lib/plots/render/figure.js";
import { png } from "../../lib/plots/render/png.js";
import { classBars, labelsAgainstDice, tableOverlays } from "../../lib/tables/figures.js";
import { type TableResult, tableResult } from "../../lib/tables/result.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-figures-");
const only = ["UNet-F", "UNet-L", "MT"];
const choice = { runs, preset: "smoke", seeds: [0, 1], only } as const;
const few: TableResult[] = [];

before(async () => {
  for (const labeled of [1, 3])
    for (const [at, method] of ["supervised", "meanTeacher"].entries())
      for (const seed of choice.seeds)
        await sampleRun(runs, { method, labeled, seed }, { shift: 1 + at + seed + labeled });
  for (const seed of choice.seeds)
    await sampleRun(runs, { method: "supervised", labeled: 60, seed }, { shift: 1 + seed });
  for (const labeled of [1, 3, 6]) few.push(tableResult(1, { ...choice, labeled }));
});

/** Traces that are drawn, by name. */
const tracesOf = ({ data }: { data: readonly object[] }) =>
  data as readonly { name?: string; type?: string; x?: number[]; y?: number[]; text?: string[] }[];
const close = (found: number | undefined, expected: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - expected) < 1e-6, `${found}, not ${expected}`);

test("a panel for each class has a bar for each row, the highest mean on top, as long as its mean over the trainings and named at the left", () => {
  const figure = classBars(few[0]);
  const best = [...few[0].rows].sort((a, b) => b.score.mean - a.score.mean);
  assert.deepEqual(
    figure.layout.yaxis?.ticktext,
    best.map(({ title }) => title),
  );
  const panels = tracesOf(figure).filter(({ type }) => type === "bar");
  assert.deepEqual(
    panels.map(({ name }) => name),
    ["anterior", "posterior"],
  );
  for (const [at, { x, y }] of panels.entries()) {
    assert.deepEqual(y, [0, 1, 2]);
    for (const [row, { runs: own }] of best.entries())
      close(
        x?.[row],
        own.reduce((sum, { metrics }) => sum + metrics.perClass[at].dice / own.length, 0),
      );
  }
  const few1 = best.find(({ title }) => title !== "UNet-F");
  assert.match(figure.layout.title.text, new RegExp(`highest mean with 1 labelled: ${few1?.title}<`));
});

test("a line for each row goes through its mean Dice at every number of labels; full supervision is a level, and a number that it alone has results for is none", () => {
  const figure = labelsAgainstDice(few);
  const lines = tracesOf(figure);
  assert.deepEqual(lines.map(({ name }) => name?.split(",")[0]).sort(), ["MT", "UNet-F", "UNet-L"]);
  const line = lines.find(({ name }) => name === "UNet-L");
  assert.deepEqual(line?.x, [1, 3]);
  for (const [at, { rows }] of few.slice(0, 2).entries()) close(line?.y?.[at], rows[1].score.mean);
  const full = lines.find(({ name }) => name?.startsWith("UNet-F, all 60 labelled"));
  for (const y of full?.y ?? [Number.NaN]) close(y, few[0].rows[0].score.mean);
  assert.doesNotMatch(figure.layout.title.text, /UNet-F/);
  assert.match(figure.layout.title.text, /with 3 labelled cases, the most/);
});

test("beside rows with results for several numbers of labels those with one alone make no line, which is said", () => {
  const [first, second] = few;
  const without = { ...first, rows: first.rows.map((row) => (row.title === "MT" ? { ...row, runs: [] } : row)) };
  const figure = labelsAgainstDice([without, second]);
  assert.deepEqual(
    tracesOf(figure)
      .map(({ name }) => name?.split(",")[0])
      .sort(),
    ["UNet-F", "UNet-L"],
  );
  assert.match(figure.layout.title.text, /with one number of labels alone left out: 1/);
});

test("where one number of labels has results each row has its dots, and the title says the number", () => {
  const figure = labelsAgainstDice([few[1], few[2]]);
  assert.match(figure.layout.title.text, /with 3 labelled cases[<;]/);
  assert.deepEqual([...(figure.layout.yaxis?.ticktext ?? [])].sort(), ["MT", "UNet-L"]);
  const dots = tracesOf(figure).find(({ name }) => name === "MT");
  for (const [at, { metrics }] of few[1].rows[2].runs.entries()) close(dots?.x?.[at], metrics.mean.dice);
  assert.throws(() => labelsAgainstDice([few[2]]), /no finished training of any row/);
  assert.throws(() => labelsAgainstDice([]), /found no table/);
});

/** Headings of a sheet of pictures. */
const headings = ({ fit }: Figure) => (fit?.grid?.panels ?? []).map(({ title }) => title.split("\n")[0]);

test("each case is shown alone, with its truth and with the prediction of every row that has results, or of the chosen ones that have", async () => {
  const figure = await tableOverlays(few[0], { cases: 2 });
  const shown = headings(figure);
  for (const at of [0, 5]) assert.deepEqual(shown.slice(at + 1, at + 5), ["truth", ...only]);
  assert.match(shown[0], /^hippocampus_\d+$/);
  assert.equal(figure.fit?.grid?.together, 5);
  const chosen = await tableOverlays(few[0], { only: ["CPS", "MT"], cases: 1 });
  assert.deepEqual(headings(chosen).slice(1), ["truth", "MT"]);
  assert.throws(() => classBars(few[0], { only: ["CPS"] }), /no finished training of CPS.*UNet-F · UNet-L · MT/);
});

test("the masks of 22 rows take less than 5 kB each", async () => {
  const [row] = few[0].rows;
  const rows = Array.from({ length: 22 }, (_, at) => ({ ...row, title: `row ${at}` }));
  const figure = await tableOverlays({ ...few[0], rows }, { cases: 1 });
  const { data, layout, fit } = figure;
  const bytes = JSON.stringify({ data, layout, fit }).length + (4 / 3) * png(figure, { scale: 1 }).length;
  assert.ok(bytes < 24 * 5000, String(bytes));
  const [first, last] = [layout.yaxis, layout.yaxis24].map((one) => one?.domain?.[0] ?? Number.NaN);
  assert.ok(first > 0.5 && last < 0.1, "wrapped over lines");
});
