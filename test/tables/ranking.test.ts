import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Job } from "../../lib/runs/job.js";
import { tableArms } from "../../lib/tables/arms.js";
import { printedScore } from "../../lib/tables/comparison.js";
import { type Ranking, ranking, rankingWords } from "../../lib/tables/ranking.js";
import { tableResult } from "../../lib/tables/result.js";
import { resultSheet } from "../../lib/tables/sheet.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-ranking-");
const seeds = [0, 1, 2, 3, 4];
// by how many voxels a prediction is beside the truth: the last is far worse, the first two are alike
const shifts = {
  "ARCO-NS, full": [1, 2, 1, 2, 1],
  "ARCO-SG, full": [2, 1, 2, 1, 2],
  "ARCO-SAG, full": [6, 7, 6, 7, 6],
};
const only = Object.keys(shifts);
const choice = { runs, preset: "smoke", only } as const;
let over5: Ranking | undefined;

before(async () => {
  for (const [title, own] of Object.entries(shifts))
    for (const seed of seeds) {
      const sampler = title.slice("ARCO-".length, title.indexOf(",")).toLowerCase();
      await sampleRun(runs, { method: "arco", labeled: 1, seed, options: { sampler } }, { shift: own[seed], cases: 6 });
    }
  over5 = ranking(tableResult(2, { ...choice, seeds }));
});

test("rows are ordered by Dice; what is not decided may be in each other's place, what is decided may not", () => {
  assert.ok(over5);
  assert.deepEqual([over5.of, over5.n, over5.comparisons], ["seeds", 5, 3]);
  assert.deepEqual(
    over5.rows.map(({ title, from, to }) => [title, from, to]),
    [
      ["ARCO-NS, full", 1, 2],
      ["ARCO-SG, full", 1, 2],
      ["ARCO-SAG, full", 3, 3],
    ],
  );
});

test("with few seeds rows are compared over the test patients, which is said", () => {
  const over1 = ranking(tableResult(2, { ...choice, seeds: [0] }));
  assert.ok(over1);
  assert.deepEqual([over1.of, over1.n], ["test patients", 6]);
  assert.equal(over1.rows[2].title, "ARCO-SAG, full");
  const [words] = rankingWords(over1);
  assert.match(words, /3 comparisons over 6 test patients, corrected together \(Holm\)\. .*other seeds may turn them/);
});

test("a table says once on how many cases of how many patients its rows are tested, however few the rows are, and warns below fifty", () => {
  for (const { seeds: some, titles } of [
    { seeds: [0], titles: only },
    { seeds, titles: only },
    { seeds, titles: only.slice(2) },
  ]) {
    const sheet = resultSheet(tableResult(2, { ...choice, seeds: some, only: titles }));
    assert.deepEqual(
      sheet.facts.filter(([name]) => name === "Tested on"),
      [
        [
          "Tested on",
          "6 test cases of 6 patients; fewer than 50 patients: intervals and tests over them are not sure to hold",
        ],
      ],
    );
    assert.ok(![...sheet.notes, ...sheet.findings].some((sentence) => /fewer than 50/i.test(sentence)));
  }
  assert.ok(!resultSheet(tableResult(2, { ...choice, seeds: [9] })).facts.some(([name]) => name === "Tested on"));
});

test("fifty patients are no warning, and two volumes of one are one", () => {
  const result = tableResult(2, { ...choice, seeds: [0], only: only.slice(2) });
  const [row] = result.rows;
  const [run] = row.runs;
  const [one] = run.metrics.cases;
  const cases = Array.from({ length: 100 }, (_, at) => ({
    ...one,
    id: `patient${100 + (at >> 1)}_frame0${1 + (at % 2)}`,
  }));
  const runs100 = [{ ...run, metrics: { ...run.metrics, benchmark: "acdc", cases } }];
  const { facts } = resultSheet({ ...result, rows: [{ ...row, runs: runs100 }] });
  assert.deepEqual(facts[1], ["Tested on", "100 test cases of 50 patients"]);
});

test("two rows have no ranking; a sheet shows that of three, with the printed places", () => {
  assert.equal(ranking(tableResult(2, { ...choice, seeds, only: only.slice(1) })), undefined);
  const { grids, notes } = resultSheet(tableResult(2, { ...choice, seeds }));
  const grid = grids.find(({ caption }) => caption === "Order by Dice");
  assert.deepEqual(grid?.rows[2].slice(0, 3), ["ARCO-SAG, full", "3", "3"]);
  assert.equal(grid?.columns.at(-1)?.group, "published: ACDC 1%");
  assert.ok(notes.some((note) => note.startsWith("Places:")));
});

test("a failed training is a cell with its reason", () => {
  const { config } = { config: { seed: 1, labeledSeed: 0 } };
  const job = { titles: ["ARCO-NS, full"], config } as unknown as Job;
  const result = tableResult(2, { ...choice, seeds, failures: [{ job, end: "failed", message: "no space left" }] });
  const { grids, notes } = resultSheet(result);
  assert.equal(grids[0].rows.find(([title]) => title === "ARCO-NS, full")?.[1], "5, 1 failed");
  assert.ok(notes.includes("ARCO-NS, full: failed, seed 1: no space left"));
});

test("the correlation with the printed order has an interval over rows and patients from ten rows on, and equal printed scores share a place", async () => {
  const own = temporary("arco-correlation-");
  const table = {
    runs: own,
    preset: "smoke",
    seeds: [0],
    only: tableArms(1)
      .arms.slice(1, 13)
      .map(({ title }) => title),
  } as const;
  const { arms } = tableArms(1, table);
  for (const [at, { configs }] of arms.entries()) await sampleRun(own, configs[0], { shift: 1 + at, cases: 4 });
  const all = ranking(tableResult(1, table));
  assert.ok(all?.correlation?.interval);
  const { rho, rows, interval } = all.correlation;
  assert.equal(rows, arms.length);
  assert.ok(interval[0] < rho && rho < interval[1] && interval[0] >= -1 && interval[1] <= 1);
  // all patients agree on the order, so that an interval over patients alone would have no width: the rows give it one
  assert.ok(interval[1] - interval[0] > 0.3, `${interval}`);
  assert.match(rankingWords(all).at(-1) ?? "", /bootstrap over rows and test patients/);
  const printed = new Map(arms.map(({ title, published }) => [title, printedScore(published) ?? 0]));
  for (const { title, published } of all.rows)
    assert.equal(published, 1 + [...printed.values()].filter((score) => score > (printed.get(title) ?? 0)).length);
  const few = ranking(tableResult(1, { ...table, only: table.only.slice(0, 5) }));
  assert.equal(few?.correlation?.interval, undefined);
  assert.match(few ? (rankingWords(few).at(-1) ?? "") : "", /over 5 rows: .* \(too few rows for an interval\)/);
});

test("where trainings are too few, the table says what its test patients would have shown", () => {
  const note = ({ notes }: ReturnType<typeof resultSheet>) => notes.find((one) => /no smallest detectable/.test(one));
  const words = note(resultSheet(tableResult(2, { ...choice, seeds: [0] })));
  const [, least, most] =
    /Over the 6 test patients .* difference of (\d+\.\d) to (\d+\.\d) Dice points/.exec(words ?? "") ?? [];
  assert.ok(Number(least) > 0 && Number(most) >= Number(least), words);
  assert.equal(note(resultSheet(tableResult(2, { ...choice, seeds }))), undefined);
});
