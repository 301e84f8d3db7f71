import assert from "node:assert/strict";
import { before, test } from "node:test";
import { pairedByPatient, pairedScores } from "../../lib/reports/rows.js";
import { holm } from "../../lib/statistics/correction.js";
import { tableArms } from "../../lib/tables/arms.js";
import type { Grid } from "../../lib/tables/formats.js";
import { tableResult } from "../../lib/tables/result.js";
import { resultSheet } from "../../lib/tables/sheet.js";
import { range, signed } from "../../lib/written.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-differences-");
const shifts = { "UNet-L": [3, 4, 2, 3, 4], CPS: [2, 2, 1, 3, 2], "ARCO-SG": [1, 2, 1, 1, 2] };
const only = Object.keys(shifts) as (keyof typeof shifts)[];
const upTo = (count: number) => ({ runs, preset: "smoke", only, seeds: [0, 1, 2, 3, 4].slice(0, count) }) as const;

before(async () => {
  for (const { title, configs } of tableArms(1, upTo(5)).arms)
    for (const config of configs)
      await sampleRun(runs, config, { shift: shifts[title as keyof typeof shifts][config.seed], cases: 6 });
});

/** The grids of differences, to the partners and to the baseline. */
const gridsOf = (count: number): Grid[] =>
  resultSheet(tableResult(1, upTo(count))).grids.filter(({ caption }) => caption.startsWith("Each row minus"));
const cellsOf = ({ columns, rows }: Grid, name: string) => {
  const at = columns.findIndex((column) => column.name === name);
  return at < 0 ? undefined : rows.map((row) => row[at]);
};
const words = (interval?: readonly [number, number]) => interval && range(interval, (end) => signed(100 * end));

test("every row is compared with ARCO-SG and with the supervised row, each set corrected by itself", () => {
  const { rows } = tableResult(1, upTo(3));
  const of = (title: string) => rows.find((row) => row.title === title) ?? rows[0];
  for (const [which, against] of [
    ["comparison", "ARCO-SG"],
    ["fromBaseline", "UNet-L"],
  ] as const) {
    const others = rows.filter(({ title }) => title !== against);
    const pairs = others.map((row) => pairedScores(of(against), row).pairs);
    const corrected = holm(pairs.map(({ tTest }) => tTest ?? 1));
    for (const [at, row] of others.entries()) {
      assert.equal(row[which]?.against, against);
      assert.deepEqual(row[which]?.pairs, pairs[at]);
      assert.equal(row[which]?.p, corrected[at]);
    }
    assert.equal(of(against)[which], undefined);
  }
  assert.deepEqual(
    gridsOf(3).map(({ caption, rows: own }) => [/^Each row minus ([\w-]+),/.exec(caption)?.[1], own.length]),
    [
      ["ARCO-SG", 2],
      ["UNet-L", 2],
    ],
  );
  const { notes } = resultSheet(tableResult(1, upTo(3)));
  assert.ok(notes.some((note) => /two sets of differences is corrected for its own number/.test(note)));
});

test("with one seed the interval is that over the test patients, called so; with a few that over seeds stands before it; from five on it stands alone", () => {
  for (const grid of gridsOf(1)) {
    assert.equal(cellsOf(grid, "95 % over seeds"), undefined);
    assert.match(grid.caption, /over test patients: of these trainings as they are$/);
    for (const name of ["p (Holm)", "smallest detectable"])
      assert.equal(cellsOf(grid, name), undefined, "nothing in it");
  }
  const { rows } = tableResult(1, upTo(1));
  const [first] = gridsOf(1);
  assert.deepEqual(
    cellsOf(first, "95 % over test patients"),
    rows.slice(0, 2).map((row) => words(pairedByPatient(rows[2], row).difference.interval)),
  );
  for (const [at, which] of (["comparison", "fromBaseline"] as const).entries()) {
    const some = gridsOf(3)[at];
    const names = some.columns.map(({ name }) => name);
    assert.ok(names.indexOf("95 % over seeds") < names.indexOf("95 % over test patients"));
    assert.deepEqual(
      cellsOf(some, "95 % over seeds"),
      tableResult(1, upTo(3)).rows.flatMap((row) => words(row[which]?.pairs.difference.interval) ?? []),
    );
    assert.equal(cellsOf(gridsOf(5)[at], "95 % over test patients"), undefined);
    assert.doesNotMatch(gridsOf(5)[at].caption, /test patients/);
  }
});

test("no sentence says that no spread is known where the test patients say something", () => {
  const { findings } = resultSheet(tableResult(1, upTo(1)));
  assert.equal(findings.length, 2);
  for (const sentence of findings) {
    assert.match(
      sentence,
      /\(95 % over the 6 test patients of these trainings as they are .* to .*; other seeds may turn it\)/,
    );
    assert.doesNotMatch(sentence, /no spread/);
  }
});

test("the mean over two seeds or more has its t interval beside it, that of one has no such column", () => {
  const grid = (count: number) => resultSheet(tableResult(1, upTo(count))).grids[0];
  const { rows } = tableResult(1, upTo(2));
  assert.deepEqual(
    cellsOf(grid(2), "95 % interval"),
    rows.map(({ score: { interval = [0, 0] } }) => range(interval, (end) => (100 * end).toFixed(1).replace("-", "−"))),
  );
  assert.equal(cellsOf(grid(1), "95 % interval"), undefined);
});

test("a record has both comparisons, with what they are over", () => {
  const [, cps] = resultSheet(tableResult(1, upTo(1))).records;
  const { rows } = tableResult(1, upTo(1));
  assert.deepEqual([cps.against, cps.baseline_against, cps.patients], ["ARCO-SG", "UNet-L", 6]);
  const [low] = rows[1].fromBaseline?.patients?.difference.interval ?? [];
  assert.equal(cps.baseline_patients_low, 100 * (low ?? Number.NaN));
});

test("a table says which network of each row's is tested, the rows with the same together", () => {
  const { notes } = resultSheet(tableResult(1, upTo(1)));
  assert.ok(
    notes.includes("Tested: the network (UNet-L); the first of two networks (CPS); the student (ARCO-SG)."),
    notes.join("\n"),
  );
  const ablations = resultSheet(tableResult(2, { runs, preset: "smoke", seeds: [0] }));
  assert.ok(ablations.notes.includes("Tested: the student."));
});
