import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scoreTable } from "../../lib/cli/scores.js";
import { writeReport } from "../../lib/reports/report.js";
import { tableRows, validationsIn } from "../../lib/reports/rows.js";
import { readRun } from "../../lib/runs/records.js";
import { trainRun } from "../../lib/runs/trainRun.js";
import { armsOf } from "../../lib/studies/curves/arms.js";
import { curvesSoFar } from "../../lib/studies/curves/curves.js";
import { curvesSheet } from "../../lib/studies/curves/sheet.js";
import { fixed } from "../../lib/written.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-photographs-");
const choice = {
  arms: ["supervised", "reco"],
  benchmark: "phantom-pascal",
  config: { preset: "smoke", steps: 2, validateEvery: 1, data: { crop: 32 } },
} as const;

test("photographs are judged by the mIoU wherever runs are shown, and never by a Dice", async () => {
  const configs = armsOf(choice).flatMap((arm) => arm.configs);
  const outcomes = [];
  for (const config of configs) outcomes.push(await trainRun(config, { runs, workers: 0 }));
  const records = outcomes.map(({ run }) => readRun(run));
  const page = join(runs, "page.html");
  await writeReport(runs, page);
  const html = readFileSync(page, "utf8");
  const told = html.replaceAll(/data:[^"')]*/g, "").replaceAll(/<(style|svg).*?<\/\1>/gs, "");
  const found = curvesSoFar({ ...choice, runs });
  const tables = records.flatMap(({ metrics }) => (metrics ? scoreTable(metrics) : []));
  const groups = found.arms.map(({ title, runs: own }) => ({ title, runs: own }));
  const shown = {
    "the report": told,
    "the table of a training": tables.join("\n"),
    "the sheet of curves": JSON.stringify(curvesSheet(found)),
    "rows in a notebook": JSON.stringify(tableRows(groups)),
  };
  for (const [where, words] of Object.entries(shown)) {
    const [dice] = words.match(/.{0,60}\bdice\b.{0,30}/i) ?? [];
    assert.equal(dice && !dice.includes('"dice"') ? dice : undefined, undefined, where);
    assert.match(words, /mIoU/, where);
  }
  for (const { metrics } of records) {
    assert.ok(metrics?.miou);
    assert.ok(told.includes(`mIoU ${fixed(metrics.miou.mean, 4)}`), "each run by its own");
  }
});

test("where a validation has an mIoU, that is what curves are drawn of", () => {
  const log = [
    { step: 1, validation: { dice: 0.5, perClass: [], miou: 0.25 } },
    { step: 2, validation: { dice: 0.75, perClass: [], perCase: { a: 0.75 } } },
  ];
  assert.deepEqual(
    validationsIn(log).map(({ score }) => score),
    [0.25, 0.75],
  );
});
