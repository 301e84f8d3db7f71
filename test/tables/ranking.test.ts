import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Job } from "../../lib/runs/job.js";
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
  const [words, few] = rankingWords(over1);
  assert.match(words, /3 comparisons over 6 test patients, corrected together \(Holm\)\. .*other seeds may turn them/);
  assert.match(few, /Fewer than 50 patients/);
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
