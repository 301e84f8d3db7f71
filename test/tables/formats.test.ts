import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { JSDOM } from "jsdom";
import { audit } from "../../lib/paper/audit.js";
import { tableNumbers } from "../../lib/paper/published.js";
import { type Sheet, tableFormats } from "../../lib/tables/formats.js";
import { planTable } from "../../lib/tables/plan.js";
import { planSheet } from "../../lib/tables/planSheet.js";
import { publishedSheet } from "../../lib/tables/publishedSheet.js";
import { tableResult } from "../../lib/tables/result.js";
import { resultSheet } from "../../lib/tables/sheet.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-formats-");
const choice = { runs: join(runs, "runs"), preset: "smoke", seeds: [0, 1], only: ["ARCO-NS"] } as const;
const sheets: Sheet[] = [];
let result: Sheet;

before(async () => {
  for (const seed of choice.seeds)
    for (const nearest of [0, 1])
      await sampleRun(
        choice.runs,
        {
          method: "arco",
          labeled: 1,
          seed,
          options: { sampler: "ns", ...(nearest === 0 && { weights: { nearest } }) },
        },
        { shift: 1 + nearest * seed + seed, cases: 2 },
      );
  result = resultSheet(tableResult(2, choice));
  sheets.push(
    result,
    planSheet(planTable(2, choice)),
    planSheet(planTable(9, { ...choice, only: [] })),
    ...tableNumbers.map(publishedSheet),
  );
});

/** Fields of CSV as RFC 4180 has them. */
function parse(csv: string): string[][] {
  const rows: string[][] = [];
  for (const line of csv.trimEnd().split("\n"))
    rows.push(
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
      ),
    );
  return rows;
}

test("csv is a rectangle that holds every row, unrounded, with what it was measured on", () => {
  for (const sheet of sheets) {
    const [names, ...rows] = parse(tableFormats.csv(sheet));
    assert.equal(rows.length, sheet.records.length || 0);
    for (const row of rows) assert.equal(row.length, names.length, sheet.title);
    for (const [at, record] of sheet.records.entries())
      assert.deepEqual(
        rows[at],
        names.map((name) => String(record[name] ?? "")),
      );
  }
  for (const record of result.records) {
    const { ours_benchmark, ours_labeled, ours_preset, ours_protocol, ours_phantom, published_dataset } = record;
    assert.deepEqual(
      [ours_benchmark, ours_labeled, ours_preset, ours_protocol, ours_phantom, published_dataset],
      ["hippocampus", 1, "smoke", "lab", false, "ACDC"],
    );
  }
});

test("markdown tables have as many cells in every line as columns, and a line of dashes", () => {
  for (const sheet of sheets) {
    const tables = tableFormats
      .md(sheet)
      .split("\n\n")
      .filter((block) => block.startsWith("|"));
    assert.equal(tables.length, sheet.grids.length);
    for (const [at, table] of tables.entries()) {
      const lines = table.trimEnd().split("\n");
      assert.equal(lines.length, 2 + sheet.grids[at].rows.length);
      assert.match(lines[1], /^\| :--( \| --:)* \|$/);
      for (const line of lines) assert.equal(line.split(/(?<!\\)\|/).length - 2, sheet.grids[at].columns.length);
    }
  }
});

test("tex has its braces and environments balanced, as many cells in every line as columns, and no sign that TeX reads otherwise", () => {
  for (const sheet of sheets) {
    const code = tableFormats.tex(sheet).replaceAll(/^%.*$/gm, "");
    let depth = 0;
    for (const [brace] of code.matchAll(/(?<!\\)[{}]/g)) {
      depth += brace === "{" ? 1 : -1;
      assert.ok(depth >= 0);
    }
    assert.equal(depth, 0);
    for (const name of ["table", "tabular"])
      assert.equal(code.split(`\\begin{${name}}`).length, code.split(`\\end{${name}}`).length);
    assert.doesNotMatch(code, /(?<!\\)[%#_]|[−±–]/);
    assert.equal((code.match(/(?<!\\)\$/g) ?? []).length % 2, 0);
    for (const [at, table] of code.split("\\begin{tabular}").slice(1).entries()) {
      const { columns, rows } = sheet.grids[at];
      const [, body] = /\\midrule\n([\s\S]*)\\bottomrule/.exec(table) ?? [];
      const lines = body.trimEnd().split("\n").filter(Boolean);
      assert.equal(lines.length, rows.length);
      for (const line of lines) assert.equal(line.split(/(?<!\\)&/).length, columns.length);
      const spans = [...table.matchAll(/multicolumn\{(\d+)\}/g)].map(([, count]) => Number(count));
      if (spans.length > 0)
        assert.equal(
          spans.reduce((sum, count) => sum + count),
          columns.length,
        );
    }
  }
});

test("html is one page that asks nothing of a network, with the same cells", () => {
  for (const sheet of sheets) {
    const written = tableFormats.html(sheet);
    const { document } = new JSDOM(written).window;
    assert.doesNotMatch(written, /<(script|link|img|iframe)|https?:/);
    const tables = [...document.querySelectorAll("table")];
    assert.equal(tables.length, sheet.grids.length);
    for (const [at, table] of tables.entries())
      assert.deepEqual(
        [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map(({ textContent }) => textContent)),
        sheet.grids[at].rows,
      );
  }
});

test("text has the cells of a column in line", () => {
  for (const sheet of sheets) {
    const lines = tableFormats.text(sheet).split("\n");
    assert.ok(lines.every((line) => line === line.trimEnd()));
    for (const { caption, rows } of sheet.grids) {
      const last = lines.indexOf("", lines.indexOf(`${caption}:`));
      const ends = rows.map((row, at) => {
        const line = lines[last - rows.length + at];
        assert.ok(line.startsWith(row[0]));
        let from = row[0].length;
        return row.slice(1).map((cell) => (from = line.indexOf(cell, from) + cell.length));
      });
      for (const positions of ends) assert.deepEqual(positions, ends[0], `${sheet.title}, ${caption}`);
    }
  }
});

test("every format says what ours were measured on and that the published numbers are of ACDC, in the head of each table", () => {
  const ours = "ours: hippocampus, 1 labelled, smoke";
  const published = "published: ACDC 1%";
  for (const { columns } of result.grids)
    for (const { group, name } of columns)
      if (/Dice|ASD|difference|interval|pairs|p \(|seeds to/.test(name))
        assert.ok(group === ours || group === published, name);
  for (const [format, write] of Object.entries(tableFormats)) {
    if (format === "csv") continue;
    const written = write(result).replaceAll("\\%", "%");
    for (const words of [ours, published, "preset smoke", "protocol lab", "seeds 0, 1", "hippocampus is not ACDC"])
      assert.ok(written.includes(words), `${format}: ${words}`);
  }
});

test("each comparison has a sentence that says what is decided and how many seeds it takes", () => {
  assert.equal(result.findings.length, 1);
  assert.match(
    result.findings[0],
    /^ARCO-NS, w\/o diversity \(L_nn\) minus ARCO-NS, full: [+−]\d+\.\d Dice points \(95 % over 2 pairs of seeds .* to .*, p .* after Holm's correction; 95 % over the 2 test patients of these trainings as they are .* to .*\): too few pairs for a verdict, which takes 5; at this difference (about \d+( to \d+| or more)?|no number of) seeds would decide\.$/,
  );
  const [alone] = resultSheet(tableResult(2, { ...choice, seeds: [1] })).findings;
  assert.match(
    alone,
    /from one pair of seeds \(95 % over the 2 test patients of these trainings as they are .* to .*; other seeds may turn it\); a verdict takes 5 pairs at least\.$/,
  );
});

test("a published table has before each cell the letters of the sentences that are about it, and no sentence on what must be so", () => {
  for (const table of tableNumbers) {
    const { grids, findings, notes } = publishedSheet(table);
    const faults = audit(table).filter(({ kind }) => kind !== "same");
    assert.deepEqual(
      findings,
      faults.map(({ kind, sentence }, at) => `${"abcdefghijklmnopqrstuvwxyz"[at]}. ${kind}: ${sentence}`),
    );
    const marks = grids.flatMap(({ rows }) =>
      rows.flatMap(([, ...cells]) => cells.map((cell) => /^([a-z,]+) \d/.exec(cell)?.[1].split(",") ?? [])),
    );
    const counted = (letter: string) => marks.filter((own) => own.includes(letter)).length;
    for (const [at, { cells }] of faults.entries())
      assert.equal(counted("abcdefghijklmnopqrstuvwxyz"[at]), cells.filter((cell) => cell.table === table).length);
    const agreeing = audit(table).length - faults.length;
    assert.equal(notes.length, agreeing > 0 ? 1 : 0);
    if (agreeing > 1)
      assert.match(notes[0], new RegExp(`^${agreeing} experiments .* the same numbers, as must be\\.$`));
  }
});

test("ours on generated images are called a phantom in every head, and no difference to the paper is shown", () => {
  const measured = tableResult(2, choice);
  const { facts, grids, notes } = resultSheet({ ...measured, data: { ...measured.data, phantom: true } });
  assert.match(facts[0][1], /^PHANTOM/);
  for (const { columns } of grids)
    for (const { group = "" } of columns)
      if (group.startsWith("ours")) assert.match(group, /^ours: PHANTOM hippocampus/);
  assert.match(notes[0], /No number of ours can be compared with a published one/);
});
