import assert from "node:assert/strict";
import { before, test } from "node:test";
import { describe } from "../../lib/notebook/forms.js";
import { pairedDifferences } from "../../lib/plots/charts/pairedDifferences.js";
import { summary } from "../../lib/statistics/summary.js";
import { tableArms } from "../../lib/tables/arms.js";
import { tableConclusion } from "../../lib/tables/conclusion.js";
import { type TableResult, tableResult } from "../../lib/tables/result.js";
import { resultSheet } from "../../lib/tables/sheet.js";
import { seedSentences, tableDifferences, tableView } from "../../lib/tables/view.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-conclusion-");
const seeds = [0, 1, 2, 3, 4];
const given = {
  "ARCO-NS, full": [{ sampler: "ns" }, [1, 2, 1, 2, 1]],
  "ARCO-NS, w/o tailness (L_contrast)": [{ sampler: "ns", weights: { contrast: 0 } }, [6, 7, 6, 7, 6]],
  "ARCO-SG, full": [{ sampler: "sg" }, [2, 1, 2, 1, 2]],
} as const;
let result: TableResult;

before(async () => {
  for (const [options, shifts] of Object.values(given))
    for (const seed of seeds)
      await sampleRun(
        runs,
        { method: "arco", labeled: 1, seed, options: { ...options } },
        { shift: shifts[seed], cases: 2 },
      );
  result = tableResult(2, { runs, preset: "smoke", seeds, only: Object.keys(given) });
});

test("what is concluded is what the comparisons say: how many are decided, by name; how many have the printed sign; and that it is no verdict on ACDC", () => {
  const [verdict, signs, power, scope] = tableConclusion(result);
  const decided = result.rows.filter(({ comparison }) => comparison?.found === "decided");
  assert.deepEqual(
    decided.map(({ title }) => title),
    ["ARCO-NS, w/o tailness (L_contrast)"],
  );
  assert.match(
    verdict,
    /^Of the 2 comparisons one is decided after Holm's correction: ARCO-NS, w\/o tailness \(L_contrast\) minus ARCO-NS, full \(−\d+\.\d Dice points\)\.$/,
  );
  const compared = result.rows.flatMap(({ comparison }) => comparison ?? []);
  const alike = compared.filter(({ publishedPoints = 0, pairs }) => publishedPoints * pairs.difference.mean > 0).length;
  assert.ok(signs.startsWith(`${alike} of 2 differences have the sign that is printed for ACDC 1%`));
  assert.match(power, /power 80 %.* in [012] of 2 comparisons; the others would take (no more|.*\d.* seeds)\.$/);
  assert.match(scope, /preset smoke, protocol lab, 1 labelled of hippocampus; it neither confirms nor refutes/);
});

test("one seed decides nothing, and rows without partners are not compared", () => {
  const [alone] = tableConclusion(tableResult(2, { runs, preset: "smoke", seeds: [1], only: Object.keys(given) }));
  assert.equal(alone, "With one seed none of the 2 comparisons can be told from noise: no spread is known.");
  const [few] = tableConclusion(tableResult(2, { runs, preset: "smoke", seeds: [0, 1, 2], only: Object.keys(given) }));
  assert.equal(few, "With 3 seeds none of the 2 comparisons can be decided: a verdict takes 5 pairs at least.");
  const [none] = tableConclusion(tableResult(2, { runs, preset: "smoke", seeds, only: ["ARCO-SG, full"] }));
  assert.match(none, /nothing can be compared/);
});

test("where the test patients say something of one seed, the conclusion says what, and names no spread unknown", async () => {
  const own = temporary("arco-patients-");
  const one = { runs: own, preset: "smoke", seeds: [0], only: ["UNet-L", "CPS", "ARCO-SG", "Control"] } as const;
  for (const [at, { configs }] of tableArms(1, one).arms.entries())
    await sampleRun(own, configs[0], { shift: [5, 1, 1, 1][at], cases: 6 });
  const found = tableResult(1, one);
  const [verdict, , withBaseline] = tableConclusion(found);
  for (const sentence of [verdict, withBaseline])
    assert.match(
      sentence,
      /With one seed none of the 3 comparisons.* can be decided: a verdict takes 5 pairs at least\. Over the 6 test patients of these trainings as they are, (one is|3 are) told from zero after Holm's correction: .*; other trainings may turn it\.$/,
    );
  assert.match(verdict, /correction: UNet-L \(−\d+\.\d Dice points\);/);
  assert.match(withBaseline, /with UNet-L .* 3 are told .*: CPS \(\+.*\) · ARCO-SG \(\+.*\) · Control \(\+/);
});

test("a diverged row is named in the conclusion", () => {
  const rows = result.rows.map((row, at) => ({
    ...row,
    diverged: at === 0 ? [{ replicate: "seed 1", seed: 1, phase: "training" as const, step: 5 }] : [],
  }));
  const found = tableConclusion({ ...result, rows });
  assert.ok(found.includes(`Without a result, for the training diverged: ${rows[0].title}.`));
});

test("the figure of a table has its differences: a value a seed, whose mean and interval are those of the table", () => {
  const found = tableDifferences(result);
  for (const { title, comparison } of result.rows) {
    const own = found.filter(({ arm }) => arm === title);
    assert.equal(own.length, comparison ? 5 : 0);
    if (!comparison) continue;
    assert.ok(own.every(({ against }) => against === comparison.against));
    const { mean, sd = Number.NaN } = summary(own.map(({ value }) => value / 100));
    assert.ok(Math.abs(mean - comparison.pairs.difference.mean) < 1e-12);
    assert.ok(Math.abs(sd - (comparison.pairs.difference.sd ?? Number.NaN)) < 1e-12);
  }
  const figure = pairedDifferences(found, { x: "difference in Dice (points)" });
  assert.match(describe(figure), /^Figure: [012] of 2 differences (is|are) larger than the noise of the seeds/);
  assert.deepEqual(
    figure.layout.yaxis?.ticktext?.map((text) => text.replace(/<br>.*− (.*)<\/span>/, " minus $1")),
    found.filter(({ seed }) => seed === 0).map(({ arm, against }) => `${arm} minus ${against}`),
  );
  const [one] = found;
  assert.match(
    describe(pairedDifferences([one], { x: "difference in Dice (points)" })),
    /^Figure: Fewer than 5 seeds: whether a difference is noise is not known/,
  );
});

test("a notebook shows the grids of the table, every cell, in markup and in text; what follows stands apart", () => {
  const { html, text } = tableView(result);
  const sheet = resultSheet(result);
  assert.deepEqual(seedSentences(result), sheet.findings);
  for (const shown of [html, text]) for (const finding of sheet.findings) assert.ok(!shown.includes(finding));
  for (const { caption, rows } of sheet.grids)
    for (const cell of [caption, ...rows.flat()]) {
      assert.ok(text.includes(cell), cell);
      assert.ok(html.includes(`>${cell.replaceAll("<", "&lt;").replaceAll(">", "&gt;")}<`), cell);
    }
});
