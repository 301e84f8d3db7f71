import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { tableArms } from "../../lib/tables/arms.js";
import { tableResult } from "../../lib/tables/result.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

test("the minutes of a row are those of its training and of the pre-training that it starts from", async () => {
  const runs = temporary("arco-costs-");
  const choice = { runs, preset: "smoke", seeds: [0], only: ["ARCO-SG"] } as const;
  const [{ configs }] = tableArms(1, choice).arms;
  const { folder } = await sampleRun(runs, configs[0], { cases: 1 });
  const { pretraining } = configs[0];
  assert.ok(pretraining);
  const before = await sampleRun(
    runs,
    resolveConfig({ benchmark: "hippocampus", preset: "smoke", method: "supervised" }),
    { cases: 1 },
  );
  const seconds = (of: string, trainSeconds: number, toStep: number) =>
    writeFileSync(join(of, "timing.json"), JSON.stringify([{ fromStep: 0, toStep, trainSeconds }]));
  seconds(folder, 120, configs[0].steps);
  seconds(before.folder, 60, pretraining.steps);
  const minutes = () => tableResult(1, choice).rows[0].cost?.minutes;
  assert.equal(minutes(), 2); // nothing says what it started from
  const started = { run: basename(before.folder), sha256: "0" };
  writeFileSync(join(folder, "pretraining.json"), JSON.stringify(started));
  assert.equal(minutes(), 3);
});
