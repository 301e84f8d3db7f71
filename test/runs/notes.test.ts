import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listFolder, readSplitLists } from "../../lib/benchmarks/lists.js";
import { jobsOf } from "../../lib/runs/job.js";
import { runJobs } from "../../lib/runs/jobs.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { writeCopy } from "../benchmarks/laCopy.js";
import { temporary } from "../temporary.js";

test("what is missing of the data is told once, however many trainings there are, in processes of their own", async () => {
  const { train, test: tested } = readSplitLists(listFolder("la", "official"), 80, {
    ...{ lines: { id: /./, example: "" }, all: 80 },
  });
  const home = temporary("arco-notes-");
  cpSync(await writeCopy("one file each", { ids: [train[0], tested[0]] }), join(home, "la"), { recursive: true });
  process.env.ARCO_DATA = home;
  const patch = { patch: "16x16x16", stride: "16x16x16", lists: "found" };
  const configs = [0, 1].map((seed) =>
    resolveConfig({ benchmark: "la", preset: "smoke", steps: 1, batch: { labeled: 1 }, data: patch, seed }),
  );
  const notes: string[] = [];
  const options = { runs: join(home, "runs"), parallel: 2, workers: 0, onNote: (words: string) => notes.push(words) };
  assert.deepEqual(await runJobs(jobsOf([{ title: "supervised", configs }]), options), []);
  assert.equal(notes.length, 1, notes.join("\n"));
  assert.match(notes[0], /found 1 of 80 scans to train on and 1 of 20 to test/);
});
