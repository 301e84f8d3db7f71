import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { machineNotes } from "../../lib/reports/machines.js";
import { tableResult } from "../../lib/tables/result.js";
import { resultSheet } from "../../lib/tables/sheet.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

/** Says that a run was made with another number of threads, or on another processor. */
function elsewhere(folder: string, change: { threads?: number; cpu?: string }): void {
  const path = join(folder, "environment.json");
  const [{ engine, cpu, ...rest }] = JSON.parse(readFileSync(path, "utf8"));
  const { threads = engine.threads } = change;
  writeFileSync(path, JSON.stringify([{ ...rest, cpu: change.cpu ?? cpu, engine: { ...engine, threads } }]));
}

test("results of different processors or threads are never compared in silence; alike ones need no word", async () => {
  const runs = temporary("arco-machines-");
  const make = (method: string, seed: number) =>
    sampleRun(runs, { method, seed }, { cases: 1 }).then(({ folder, metrics }) => ({ folder, seed, metrics }));
  const groups = [{ runs: [await make("supervised", 0)] }, { runs: [await make("meanTeacher", 0)] }];
  assert.deepEqual(machineNotes(groups), []);
  const notes = () => resultSheet(tableResult(1, { runs, preset: "smoke", seeds: [0], only: ["UNet-L", "MT"] })).notes;
  assert.ok(!notes().some((note) => /different processors/.test(note)));
  for (const change of [{ threads: 7 }, { cpu: "another processor" }]) {
    elsewhere(groups[1].runs[0].folder, change);
    const [note] = machineNotes(groups);
    assert.match(
      note,
      /different processors or numbers of threads: .*; .*\(1 run\).*moves the Dice of a training by up to a point/,
    );
    assert.ok(notes().includes(note));
  }
});
