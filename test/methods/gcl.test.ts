import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import type { Entry } from "../../lib/engine/safetensors.js";
import { startEngine } from "../../lib/engine/start.js";
import type { Trainer } from "../../lib/methods/method.js";
import { runName } from "../../lib/runs/run.js";
import { pretrainingConfigs, resolveConfig } from "../../lib/training/config/config.js";
import { boxes } from "../boxes.js";
import { arco, sha256, start, temporary } from "../cli/arco.js";
import { run, trial, values } from "./trial.js";

before(() => startEngine());

/** What a checkpoint of a trainer would hold. */
async function checkpointOf(trainer: Trainer): Promise<Record<string, Entry>> {
  const entries = Object.entries(await values(trainer));
  return Object.fromEntries(
    entries.map(([path, array]) => [path, { shape: trainer.variables[path].shape, values: array }]),
  );
}

test("its stages are runs of their own without labels, the same for any number of labelled cases", () => {
  for (const labeled of [1, 3]) {
    const config = resolveConfig({ method: "gcl", preset: "full", benchmark: "phantom-acdc", labeled });
    const common = { preset: "full", benchmark: "phantom-acdc" } as const;
    const stages = pretrainingConfigs(config);
    assert.deepEqual(
      stages,
      (["gclGlobal", "gclLocal"] as const).map((method) => resolveConfig({ ...common, method })),
    );
    assert.deepEqual(
      [...stages, config].map(({ labeled: cases, batch, draw, steps, optimizer }) => [
        cases,
        batch,
        draw,
        steps,
        optimizer.kind,
      ]),
      [
        [0, { labeled: 0, unlabeled: 12 }, "partitions", 10_000, "adam"],
        [0, { labeled: 0, unlabeled: 12 }, "passes", 10_000, "adam"],
        [labeled, { labeled: 12, unlabeled: 0 }, "passes", 30_000, "sgd"], // as the supervised method
      ],
    );
  }
});

test("a stage can be left out", () => {
  const stages = (pretraining: object | null) =>
    pretrainingConfigs(resolveConfig({ method: "gcl", pretraining })).map(({ method }) => method);
  assert.deepEqual(stages({}), ["gclGlobal", "gclLocal"]);
  assert.deepEqual(stages({ method: "gclGlobal" }), ["gclGlobal"]);
  assert.deepEqual(stages({ pretraining: null }), ["gclLocal"]);
  assert.deepEqual(stages(null), []);
});

test("the second stage begins with the encoder of the first, the third with all of the second and then learns as the supervised method does", async () => {
  const first = trial("gclGlobal");
  await run(first, 2);
  const second = trial("gclLocal", { start: await checkpointOf(first) });
  const [random, encoder] = [trial("gclLocal"), await values(first, "model/")];
  const untrained = await values(random, "model/");
  for (const [path, array] of Object.entries(await values(second, "model/")))
    assert.deepEqual(array, encoder[path] ?? untrained[path], path);
  assert.notDeepEqual(encoder["model/down.0.first.conv.weight"], untrained["model/down.0.first.conv.weight"]);

  await run(second, 2);
  const checkpoint = await checkpointOf(second);
  const [third, plain] = [trial("gcl", { start: checkpoint }), trial("supervised", { start: checkpoint })];
  assert.deepEqual(await values(third, "model/"), await values(second, "model/"));
  const kept = await values(third, "model/");
  assert.deepEqual(await run(third, 3), await run(plain, 3));
  const learned = await values(third);
  assert.deepEqual(learned, await values(plain));
  for (const [path, array] of Object.entries(kept))
    if (path.endsWith("weight")) assert.notDeepEqual(learned[path], array, path); // encoder and decoder
  for (const trainer of [first, second, random, third, plain]) trainer.dispose();
});

const home = temporary();
const benchmark = await boxes();
const words = (runs: string) => [
  ...["train", "--benchmark", benchmark, "--method", "gcl", "--preset", "smoke", "--labeled", "1", "--steps", "4"],
  ...["--validate-every", "4", "--checkpoint-every", "1", "--set", "pretraining.steps=4"],
  ...["--set", "pretraining.pretraining.steps=4", "--runs", join(home, runs), "--json"],
];

/** What has to be equal to the last byte, of all three runs. */
function result(runs: string) {
  return readdirSync(join(home, runs))
    .sort()
    .map((name) => [
      name,
      sha256(join(home, runs, name, "checkpoints", "last.safetensors")),
      readFileSync(join(home, runs, name, "log.jsonl"), "utf8"),
    ]);
}

test("killed after the first stage and continued, it ends with the same weights in all three", async () => {
  const whole = await arco(...words("whole"));
  assert.equal(whole.status, 0, whole.err);
  assert.deepEqual(
    [...whole.err.matchAll(/^gcl +(\d+)\/12 /gm)].map(([, step]) => Number(step)),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    "one bar for the three stages",
  );
  const expected = result("whole");
  assert.equal(expected.length, 3);

  const working = start(words("killed"));
  await working.says(/ [5-8]\/12 /);
  working.child.kill("SIGKILL");
  assert.equal((await working.ended).signal, "SIGKILL");
  const again = await arco(...words("killed"));
  assert.equal(again.status, 0, again.err);
  const [, begun] = / (\d+)\/12 /.exec(again.err) ?? [];
  assert.ok(Number(begun) > 4, `the first stage is not trained again: ${begun}`);
  assert.deepEqual(result("killed"), expected);

  const { metrics, ...told } = JSON.parse(again.out);
  const config = resolveConfig({
    ...{ benchmark, method: "gcl", preset: "smoke", labeled: 1, steps: 4, validateEvery: 4 },
    pretraining: { steps: 4, pretraining: { steps: 4 } },
  });
  assert.deepEqual(told, { run: join(home, "killed", runName(config)), finished: true, trained: true, steps: 4 });
  assert.equal(metrics.method, "gcl");
  const { run: before } = JSON.parse(readFileSync(join(told.run, "pretraining.json"), "utf8"));
  assert.equal(before, runName(pretrainingConfigs(config)[1]));
});
