import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { codeNotes, markedTitle } from "../../lib/reports/codes.js";
import { quickstartArms } from "../../lib/reports/quickstart.js";
import { writeReport } from "../../lib/reports/report.js";
import { tableRows } from "../../lib/reports/rows.js";
import { runFolder } from "../../lib/runs/folder.js";
import { openRun } from "../../lib/runs/run.js";
import { tableRecord } from "../../lib/tables/record.js";
import { tableResult } from "../../lib/tables/result.js";
import { resultSheet } from "../../lib/tables/sheet.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { arco } from "../cli/arco.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const home = temporary("arco-codes-");

/** Makes a run one of other code: a file of it was different then. */
function ofOtherCode(folder: string, file: string): void {
  const path = join(folder, "code.json");
  const [code] = JSON.parse(readFileSync(path, "utf8"));
  assert.ok(file in code.files, file);
  writeFileSync(path, JSON.stringify([{ ...code, digest: "0", files: { ...code.files, [file]: "0" } }]));
}

const smoke = { preset: "smoke", labeled: 1 } as const;

/** Three runs of a table, the second of which other code has made. */
async function three(runs: string) {
  const given = [{ method: "supervised" }, { method: "meanTeacher" }, { method: "meanTeacher", seed: 1 }];
  const made = [];
  for (const [at, one] of given.entries())
    made.push(await sampleRun(runs, { ...smoke, ...one }, { shift: at + 1, cases: 2 }));
  ofOtherCode(made[1].folder, "losses/consistency.ts");
  return made.map(({ folder, metrics }) => ({ folder, metrics, seed: metrics.seed }));
}

test("a result of other code has a sign, and a sentence says in which file and what to do; all of today's code has neither", async () => {
  const [one, two, three_] = await three(join(home, "notes"));
  const groups = [
    { title: "supervised", runs: [one] },
    { title: "mean teacher", runs: [two, three_] },
  ];
  assert.deepEqual(groups.map(markedTitle), ["supervised", "mean teacher †"]);
  assert.deepEqual(codeNotes(groups), [
    "† made by other code than today's (losses/consistency.ts differs): mean teacher, seed 0. --again (again: true) trains it anew beside this one.",
    "What is compared here was made by different codes: losses/consistency.ts.",
  ]);
  assert.deepEqual(codeNotes([groups[0]]), []);
  assert.deepEqual(
    tableRows(groups).map((row) => row["made by"]),
    ["today's code", "other code: losses/consistency.ts differs"],
  );
  assert.ok(!("made by" in tableRows([groups[0]])[0]));
});

test("a table marks the rows, for who reads and for programs", async () => {
  const runs = join(home, "table");
  await three(runs);
  const result = tableResult(1, { runs, preset: "smoke", seeds: [0, 1], only: ["UNet-L", "MT"] });
  assert.deepEqual(
    result.rows.map(({ otherCode }) => otherCode),
    [undefined, { "seed 0": "losses/consistency.ts differs" }],
  );
  const { grids, notes } = resultSheet(result);
  assert.deepEqual(
    grids[0].rows.map(([title, seeds]) => [title, seeds]),
    [
      ["UNet-L", "1 of 2"],
      ["MT", "2 †"],
    ],
  );
  assert.ok(notes.some((note) => note.includes("losses/consistency.ts differs): MT, seed 0.")));
  assert.equal(tableRecord(result, result.rows[1]).ours_other_code, "losses/consistency.ts differs");
});

test("a report shows the newest run of today's code, marks what is another's, and lists what lies beside", async () => {
  const runs = join(home, "report");
  await three(runs);
  const config = resolveConfig({ ...smoke, benchmark: "hippocampus", method: "supervised" });
  const old = runFolder(runs, config);
  ofOtherCode(old, "losses/dice.ts");
  const anew = openRun(runs, config, { again: "otherCode" });
  anew.close();
  assert.equal(anew.folder, `${old}~2`);
  const { folder } = await sampleRun(runs, { ...smoke, method: "supervised" }, { shift: 5, cases: 2 });
  assert.equal(folder, anew.folder, "it is continued");
  await writeReport(runs, join(home, "page.html"));
  const page = readFileSync(join(home, "page.html"), "utf8").replaceAll(/\s+/g, " ");
  const [shown, beside] = page.split("<h2>Trained anew since</h2>");
  assert.match(beside, new RegExp(`${old.replace(/.*\//, "")}: seed 0, Dice .*losses/dice.ts differs`));
  assert.match(shown, /Mean teacher, 1 labelled \+ 59 unlabelled †/);
  assert.match(
    shown,
    /<p class="warning">† made by other code than today(?:'|&\S+;)s \(losses\/consistency\.ts differs\)/,
  );
  assert.ok(!shown.includes("Supervised, 1 labelled †"));
});

test("the quick start says it before and in its table, and trains nothing anew by itself", async () => {
  const runs = join(home, "quickstart");
  for (const { configs } of quickstartArms()) await sampleRun(runs, configs[0], { cases: 20 });
  ofOtherCode(runFolder(runs, quickstartArms()[1].configs[0]), "losses/consistency.ts");
  const { status, out, err } = await arco("quickstart", "--runs", runs);
  assert.equal(status, 0, err);
  assert.match(
    err,
    /^made by other code than today's \(losses\/consistency\.ts differs\): mean teacher, .*seed 0; --again/m,
  );
  assert.match(out, /^mean teacher, 3 labelled \+ 57 unlabelled † +1 /m);
  assert.match(out, /^† made by other code/m);
  assert.doesNotMatch(err, /s\/step/);
});
