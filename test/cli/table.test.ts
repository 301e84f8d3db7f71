import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { boxes } from "../boxes.js";
import { arco, start, temporary } from "./arco.js";

const home = temporary();
const benchmark = await boxes();
const small = (runs: string, ...words: string[]) => [
  ...["table", "2", "--benchmark", benchmark, "--preset", "smoke", "--steps", "2", "--seeds", "1"],
  ...["--runs", join(home, runs), "--only", "Vanilla", "--only", "ARCO-NS, full", ...words],
];

test("the tables are listed with the rows that can be trained", async () => {
  const { status, out } = await arco("table", "--list", "--json");
  const { tables } = JSON.parse(out);
  assert.equal(status, 0);
  assert.deepEqual(
    tables.map(({ table, rows }: { table: number; rows: number }) => [table, rows]),
    [22, 11, 9, 11, 22, 22, 9, 22, 22].map((rows, at) => [at + 1, rows]),
  );
  for (const row of ["UNet-F", "UNet-L", "MT"]) assert.ok(tables[0].ready.includes(row));
  const { out: listed } = await arco("table", "--list");
  assert.match(listed, /^2 {2}ARCO without its contrastive .*\n {3}all 11 rows can be trained\n3 /m);
  assert.match(listed, /\n7 .*\n.*all 9 rows can be trained/m);
  assert.match(listed, /\nRows are trained and compared on the hippocampus sample .*; --benchmark names other data/);
});

test("a published table is printed with its audit", async () => {
  const { status, out } = await arco("table", "5", "--published");
  assert.equal(status, 0);
  assert.match(out, /^ARCO-SG +65\.5 \/ 20\.2 +92\.5 \/ 5\.59 +38\.4 \/ 34\.7$/m);
  assert.match(
    out,
    /^e\. copy: table 5, LiTS 1%: URPC and UAMT have the same Dice and ASD for Average, Liver, Lesion\.$/m,
  );
  const { cells, audit } = JSON.parse((await arco("table", "5", "--published", "--json")).out);
  assert.deepEqual([cells.length, audit.some(({ kind }: { kind: string }) => kind === "average")], [180, true]);
});

test("a plan names every run with its state and time, and trains nothing", async () => {
  const { status, out, err } = await arco(...small("planned", "--plan", "--json"));
  assert.equal(status, 0, err);
  const { table, benchmark, labeled, preset, protocol, seeds, seconds, jobs, notYet, processes, threads } =
    JSON.parse(out);
  assert.ok(processes >= 1 && threads >= 1);
  assert.deepEqual(
    { table, benchmark, labeled, preset, protocol, seeds, notYet },
    { table: 2, benchmark: "boxes", labeled: 1, preset: "smoke", protocol: "lab", seeds: [0], notYet: [] },
  );
  assert.deepEqual(
    jobs.map(({ rows, phase, state, steps }: Record<string, unknown>) => [rows, phase, state, steps]),
    [
      [["Vanilla", "ARCO-NS, full"], "pretraining", "missing", 5],
      [["Vanilla"], "training", "missing", 2],
      [["ARCO-NS, full"], "training", "missing", 2],
    ],
  );
  assert.ok(seconds > 0 && jobs.every((job: { basis: string }) => job.basis.startsWith("assumed")));
  assert.ok(!existsSync(join(home, "planned")));
  assert.match((await arco("table", "9", "--plan")).out, /^On +hippocampus-volumes, 1 labelled, preset mini/m);
});

test("a mistake is named with what there is", async () => {
  for (const [words, status, message] of [
    [["table", "10"], 1, /^arco: table: found "10", expected one of 1, 2, 3, 4, 5, 6, 7, 8, 9$/m],
    [["table"], 1, /^arco: table: found no number; "arco table --list" says which there are$/m],
    [
      ["table", "2", "--only", "ARCO-SP"],
      1,
      /--only: found "ARCO-SP", expected a part of one of: Control · Vanilla · ARCO-SAG, full/,
    ],
    [["table", "2", "--benchmark", "acdk"], 1, /did you mean "acdc"/],
    [
      ["table", "2", "--seeds", "0"],
      2,
      /option '--seeds <n>' argument '0' is invalid\. Expected a whole number from 1\./,
    ],
    [["table", "2", "--set", "optons.cells=3"], 1, /did you mean "options"\?/],
    [["table", "2", "--format", "pdf"], 2, /Allowed choices are text, md, csv, tex, html/],
  ] as const) {
    const ended = await arco(...words);
    assert.match(ended.err, message);
    assert.deepEqual([ended.status, ended.out], [status, ""], words.join(" "));
  }
});

test("a table stops at Ctrl-C without loss, the same command finishes it, and then only tells it, in every format", async (t) => {
  const stopped = start(small("trained"));
  await stopped.says(/1\/3 pre-training of Vanilla and 1 more, seed 0 +\d\/5/);
  stopped.child.kill("SIGINT");
  const { status, out, err } = await stopped.ended;
  assert.deepEqual([status, out], [130, ""], err);

  const whole = await arco(...small("trained", "--json"));
  assert.equal(whole.status, 0, whole.err);
  const { rows, column, data } = JSON.parse(whole.out);
  assert.deepEqual(
    rows.map(({ title, runs }: { title: string; runs: unknown[] }) => [title, runs.length]),
    [
      ["Vanilla", 1],
      ["ARCO-NS, full", 1],
    ],
  );
  assert.deepEqual(
    [rows[0].published.dice, rows[0].fromPublished, column.comparable, data.unit],
    [49.3, undefined, false, "mm"],
  );

  await t.test("a finished table is told from its runs", async () => {
    const again = await arco(...small("trained"));
    assert.equal(again.status, 0);
    assert.doesNotMatch(again.err, /s\/step/);
    assert.match(again.out, /ours: boxes, 1 labelled, smoke +published: ACDC 1%/);
    assert.match(again.out, /no spread is known; a verdict takes 5 pairs at least/);
    const told = await arco(...small("trained", "--trained"));
    assert.equal(told.out, again.out);
  });

  await t.test("each format goes to the terminal, or alike to a file", async () => {
    const told = async (...words: string[]) => arco(...small("trained", "--trained", "--format", ...words));
    for (const [format, begin] of [
      ["md", "### Table 2"],
      ["csv", "table,row,"],
      ["tex", "% Table 2"],
      ["html", "<!doctype html>"],
    ])
      assert.ok((await told(format)).out.startsWith(begin), format);
    const file = join(home, "table.md");
    const written = await told("md", "--out", file);
    assert.deepEqual([written.status, written.out], [0, `${file}\n`], written.err);
    assert.equal(readFileSync(file, "utf8"), (await told("md")).out);
  });
});

test("a sampler of one's own file has its rows by name, is trained with them, and an unknown one is named with all", async () => {
  const file = join(import.meta.dirname, "../fixtures/own/sampler.ts");
  const words = (...more: string[]) => [
    ...["table", "2", "--benchmark", benchmark, "--preset", "smoke", "--steps", "2", "--seeds", "1"],
    ...["--set", "pretraining.steps=2", "--only", "full", "--runs", join(home, "own"), "--import", file, ...more],
  ];
  const { status, out, err } = await arco(
    ...words("--sampler", "ns", "--sampler", "inOrder", "--parallel", "2", "--json"),
  );
  assert.equal(status, 0, err);
  const { rows } = JSON.parse(out);
  assert.deepEqual(
    rows.map(({ title, runs, comparison }: { title: string; runs: unknown[]; comparison?: { against: string } }) => [
      title,
      runs.length,
      comparison?.against,
    ]),
    [
      ["ARCO-NS, full", 1, undefined],
      ["ARCO-inOrder, full", 1, "ARCO-NS, full"],
    ],
  );
  assert.match(err, /^inOrder: known to this process alone, so all is trained in it, one after the other$/m);
  const wrong = await arco(...words("--sampler", "inOder"));
  assert.deepEqual([wrong.status, wrong.out], [1, ""]);
  assert.match(
    wrong.err,
    /^arco: sampler: found "inOder", expected one of ns, .*, inOrder; did you mean "inOrder"\?$/m,
  );
});

test("a file that cannot be imported is named, with why", async () => {
  const [outside, broken] = [join(home, "outside.ts"), join(home, "broken.mjs")];
  writeFileSync(outside, 'import "arco";');
  writeFileSync(broken, "export const = 3;");
  for (const [file, message] of [
    [join(home, "none.ts"), /^arco: --import: found no file .*none\.ts$/m],
    [outside, /^arco: .*outside\.ts: cannot be imported: .*; "arco" is found from files in the checkout: put it /m],
    [broken, /^arco: .*broken\.mjs: cannot be imported: /m],
  ] as const) {
    const { status, out, err } = await arco("table", "2", "--plan", "--import", file);
    assert.deepEqual([status, out], [1, ""]);
    assert.match(err, message);
  }
});
