import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Problem } from "../../lib/problem.js";
import { runName } from "../../lib/runs/run.js";
import { type RunOutcome, type TrainRunOptions, trainRun } from "../../lib/runs/trainRun.js";
import { type PartialConfig, pretrainingConfig, resolveConfig } from "../../lib/training/config/config.js";
import type { Config } from "../../lib/training/config/schema.js";
import type { Progress } from "../../lib/training/loop.js";
import { boxes } from "../boxes.js";
import { narrow } from "../narrow.js";
import { temporary } from "../temporary.js";

const home = temporary("arco-phases-");
const small = { benchmark: await boxes(), network: narrow };

/** A short ARCO run: three steps of each phase. */
const short = (given: PartialConfig = {}) =>
  resolveConfig({
    ...small,
    method: "arco",
    preset: "smoke",
    steps: 3,
    validateEvery: 3,
    ...given,
    ...(given.pretraining === undefined && { pretraining: { steps: 3 } }),
  });
const firstOf = (config: Config) => pretrainingConfig(config) ?? assert.fail("no pre-training");

/** Trains in a folder of runs of its own, with a checkpoint after every step. */
const trainIn = (runs: string, config: Config, options: Partial<TrainRunOptions> = {}): Promise<RunOutcome> =>
  trainRun(config, { runs: join(home, runs), checkpointEvery: 1, workers: 0, ...options });
const folderOf = (runs: string, config: Config) => join(home, runs, runName(config));
const weightsOf = (runs: string, config: Config) => join(folderOf(runs, config), "checkpoints", "last.safetensors");
const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const json = (...parts: string[]) => JSON.parse(readFileSync(join(...parts), "utf8"));

/** What has to be equal to the last byte. */
function resultOf(runs: string, config: Config) {
  const folder = folderOf(runs, config);
  const files = ["log.jsonl", "metrics.json", "pretraining.json", "weights.json"].filter((name) =>
    existsSync(join(folder, name)),
  );
  return {
    weights: sha256(weightsOf(runs, config)),
    files: files.map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  };
}

/** A signal that is aborted once the bar of both phases stands at a step. */
function until(step: number): Pick<TrainRunOptions, "signal" | "onProgress"> {
  const controller = new AbortController();
  const onProgress = (progress: Progress) => progress.step === step && controller.abort(new Problem("stopped"));
  return { signal: controller.signal, onProgress };
}

const config = short();
const first = firstOf(config);
const whole = trainIn("whole", config);

/** A folder of runs with both phases as they were trained. */
async function copyOf(runs: string): Promise<void> {
  await whole;
  for (const one of [first, config]) cpSync(folderOf("whole", one), folderOf(runs, one), { recursive: true });
}

test("a pre-training is trained once for all arms that share it, and what they start from is recorded", async () => {
  assert.equal((await whole).finished, true);
  const before = resultOf("whole", first);
  const { mtimeMs } = statSync(weightsOf("whole", first));
  const seen: number[] = [];
  const arm = short({ options: { sampler: "ns" } });
  await trainIn("whole", arm, { onProgress: ({ step, steps }) => seen.push(step, steps) });
  assert.deepEqual(seen, [4, 6, 5, 6, 6, 6], "one bar for both phases, the first one done");
  assert.deepEqual(resultOf("whole", first), before);
  assert.equal(statSync(weightsOf("whole", first)).mtimeMs, mtimeMs);
  assert.deepEqual(readdirSync(join(home, "whole")).sort(), [first, config, arm].map(runName).sort());
  for (const one of [config, arm])
    assert.deepEqual(json(folderOf("whole", one), "pretraining.json"), { run: runName(first), sha256: before.weights });
  assert.ok(
    !existsSync(join(folderOf("whole", first), "metrics.json")),
    "the test cases stay closed to a pre-training",
  );
  assert.notEqual(sha256(weightsOf("whole", arm)), sha256(weightsOf("whole", config)));
});

test("stopped in either phase and continued, a training ends like one that never stopped", async () => {
  await whole;
  const expected = [first, config].map((one) => resultOf("whole", one));
  const outcomes: RunOutcome[] = [];
  for (const step of [2, 3, 5]) outcomes.push(await trainIn("stopped", config, until(step)));
  const run = folderOf("stopped", config);
  assert.deepEqual(outcomes, [
    { run, trained: true, finished: false, step: 2, phase: "pretraining" },
    { run, trained: true, finished: false, step: 0 },
    { run, trained: true, finished: false, step: 2 },
  ]);
  const steps: number[] = [];
  const last = await trainIn("stopped", config, { onProgress: ({ step }) => steps.push(step) });
  assert.deepEqual([last.finished, steps], [true, [6]]);
  assert.deepEqual(
    [first, config].map((one) => resultOf("stopped", one)),
    expected,
  );
  assert.equal((await trainIn("stopped", config)).trained, false, "what is finished is only reported");
});

test("the first phase trained as a run of its own is the one that arms start from", async () => {
  await whole;
  const alone = resolveConfig({ ...small, method: "relational", preset: "smoke", steps: 3 });
  assert.equal(runName(alone), runName(first));
  const outcome = await trainIn("alone", alone);
  assert.ok(outcome.finished, "trained alone it is tested");
  assert.equal(sha256(weightsOf("alone", alone)), sha256(weightsOf("whole", first)));
  const seen: number[] = [];
  await trainIn("alone", config, { onProgress: ({ step }) => seen.push(step) });
  assert.deepEqual(seen, [4, 5, 6]);
  assert.deepEqual(resultOf("alone", config), resultOf("whole", config));
  assert.deepEqual((await trainIn("alone", alone)).trained, false);
});

test("without pre-training a run starts from random weights", async () => {
  await whole;
  const random = short({ pretraining: null });
  await trainIn("random", random);
  assert.deepEqual(readdirSync(join(home, "random")), [runName(random)]);
  assert.ok(!existsSync(join(folderOf("random", random), "pretraining.json")));
  assert.notEqual(sha256(weightsOf("random", random)), sha256(weightsOf("whole", config)));
});

test("pre-trained weights that are missing are trained again, and are the same", async () => {
  await copyOf("missing");
  const expected = resultOf("whole", first);
  rmSync(weightsOf("missing", first));
  await trainIn("missing", short({ options: { sampler: "sag" } }));
  assert.deepEqual(resultOf("missing", first), expected);
});

test("pre-trained weights that were changed are named, with what was found and expected, and nothing starts from them", async () => {
  await copyOf("changed");
  const path = weightsOf("changed", first);
  const bytes = readFileSync(path);
  const expected = sha256(path);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(path, bytes);
  const found = sha256(path);
  const arm = short({ options: { sampler: "sag" } });
  await assert.rejects(trainIn("changed", arm), (error) => {
    assert.ok(error instanceof Problem);
    const words = `: found sha256 ${found.slice(0, 10)}, expected ${expected.slice(0, 10)}, the weights that this pre-training ended with; put them back, or move ${folderOf("changed", first)} away to pre-train anew`;
    assert.equal(error.message, path + words);
    return true;
  });
  assert.ok(!existsSync(weightsOf("changed", arm)));
  assert.deepEqual(sha256(path), found, "left as it was");

  truncateSync(path, 1000);
  await assert.rejects(
    trainIn("changed", arm),
    (error) => error instanceof Problem && /last\.safetensors: not a whole/.test(error.message),
  );
  assert.equal((await trainIn("changed", config)).trained, false, "what was finished before stays so");
});

test("two arms at once: one pre-trains, the other waits for that, says so, and starts from the same weights", async () => {
  const arms = (["ns", "sg"] as const).map((sampler) => short({ options: { sampler } }));
  const said: string[] = [];
  const seen: number[][] = [[], []];
  const outcomes = await Promise.all(
    arms.map((arm, at) =>
      trainIn("both", arm, { onWait: (words) => said.push(words), onProgress: ({ step }) => seen[at].push(step) }),
    ),
  );
  assert.deepEqual(
    outcomes.map(({ finished }) => finished),
    [true, true],
  );
  assert.equal(said.length, 1);
  assert.match(
    said[0],
    new RegExp(`${runName(first)}: process ${process.pid} .* is working on this run; waiting for it$`),
  );
  assert.deepEqual(seen, [
    [1, 2, 3, 4, 5, 6],
    [4, 5, 6],
  ]);
  assert.deepEqual(resultOf("both", first), resultOf("whole", first));
});

test("what is finished is told where nothing can be written, and nothing is", async () => {
  const alone = resolveConfig({ ...small, method: "supervised", preset: "smoke", steps: 1, validateEvery: 1 });
  const expected = await trainIn("readOnly", alone);
  const folder = folderOf("readOnly", alone);
  for (const part of ["lock", "predictions"]) {
    rmSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, part), ""); // neither a claim nor a new run can be made, whoever the user is
  }
  assert.deepEqual(await trainIn("readOnly", alone), { ...expected, trained: false });
  await assert.rejects(trainIn("readOnly", alone, { again: true, runs: join(folder, "lock") }), {
    message: /lock.*: a part of this path is a file, not a folder; choose another folder/,
  });
});
