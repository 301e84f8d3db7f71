import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeSafetensors, encodeSafetensors } from "../../lib/engine/safetensors.js";
import { evaluateRun } from "../../lib/runs/evaluate.js";
import { trainRun } from "../../lib/runs/trainRun.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import { checkpoint, narrowDeepLab } from "../networks/recoCheckpoint.js";
import { temporary } from "../temporary.js";

const home = temporary("arco-untrained-");
const weights = join(home, "released.safetensors");
writeFileSync(weights, Buffer.concat(encodeSafetensors(checkpoint(21))));
const config = (given: PartialConfig) =>
  resolveConfig({
    ...{ benchmark: "phantom-pascal", labeled: 3, preset: "smoke", network: narrowDeepLab.name, steps: 0, weights },
    ...given,
  });

for (const method of ["reco", "supervised"])
  test(`a run of 0 steps by ${method} tests the file's whole network as it is, and can be scored again`, async () => {
    const runs = join(home, method);
    const outcome = await trainRun(config({ method }), { runs, workers: 0 });
    assert.ok(outcome.finished && outcome.metrics);
    const { metrics, run } = outcome;
    assert.deepEqual([metrics.steps, metrics.testedStep, metrics.checkpoint], [0, 0, "last"]);
    const path = join(run, "checkpoints", "last.safetensors");
    const { entries } = decodeSafetensors(readFileSync(path), path);
    const { "project.0.weight": theirs, "ASPP.convs.4.2.running_var": variance } = checkpoint(21);
    assert.deepEqual(entries["model/aspp.pooled.norm.variance"].values, variance.values);
    assert.equal(entries["model/low.weight"].values[1], theirs.values[8]); // [3, 8, 1, 1] there, [1, 1, 8, 3] here
    const again = await evaluateRun(run);
    assert.deepEqual(again.mean, metrics.mean);
    const reported = await trainRun(config({ method }), { runs, workers: 0 });
    assert.ok(reported.finished && !reported.trained);
  });

test("0 steps need weights of a file, a method without pre-training, and the last weights", () => {
  assert.throws(() => config({ weights: "random" }), {
    name: "Problem",
    message: /steps: found 0, expected a number from 1; .*--weights/,
  });
  assert.throws(() => resolveConfig({ steps: 0 }), { message: /steps: found 0/ });
  assert.throws(() => config({ checkpoint: "bestVal" }), { message: /checkpoint: found "bestVal", expected "last"/ });
});
