import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { Problem } from "../../lib/problem.js";
import { codeOf } from "../../lib/runs/code.js";
import { jobsOf } from "../../lib/runs/job.js";
import { trainHere } from "../../lib/runs/jobHere.js";
import { type JobsOptions, type JobsProgress, runJobs, throwFailures } from "../../lib/runs/jobs.js";
import { recordCode } from "../../lib/runs/madeBy.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import type { Config } from "../../lib/training/config/schema.js";
import { boxes } from "../boxes.js";
import { temporary } from "../temporary.js";

process.env.ARCO_THREADS = "1"; // results are bit-equal only for equal numbers of threads
const home = temporary("arco-jobs-");
const benchmark = await boxes();
const short = (given: PartialConfig): Config =>
  resolveConfig({
    benchmark,
    preset: "smoke",
    steps: 4,
    validateEvery: 4,
    ...given,
    ...(given.method === "arco" && { pretraining: { steps: 3 } }),
  });
const arms = [
  { title: "supervised", configs: [short({ method: "supervised" })] },
  { title: "NS", configs: [short({ method: "arco", options: { sampler: "ns" } })] },
  { title: "SG", configs: [short({ method: "arco", options: { sampler: "sg" } })] },
];
const jobs = jobsOf(arms);
const [supervised, first, ns, sg] = jobs;
const train = (runs: string, options: Partial<JobsOptions> = {}) =>
  runJobs(jobs, { runs: join(home, runs), checkpointEvery: 1, workers: 0, ...options });
const folderOf = (runs: string, name: string) => join(home, runs, name);
const json = (...parts: string[]) => JSON.parse(readFileSync(join(...parts), "utf8"));

/** What has to be equal to the last byte. */
function resultsOf(runs: string) {
  return jobs.map(({ name }) => {
    const folder = folderOf(runs, name);
    const files = ["log.jsonl", "metrics.json", "pretraining.json", "weights.json", "checkpoints/last.safetensors"];
    return files.map((file) =>
      existsSync(join(folder, file))
        ? createHash("sha256")
            .update(readFileSync(join(folder, file)))
            .digest("hex")
        : file,
    );
  });
}

/** Something is done once, when a training has done a step. */
function once(name: string, step: number, act: (progress: JobsProgress) => void) {
  let isDone = false;
  return (progress: JobsProgress) => {
    if (isDone || progress.at.job.name !== name || progress.at.step < step) return;
    isDone = true;
    act(progress);
  };
}

let alone: ReturnType<typeof resultsOf>;
before(async () => {
  assert.deepEqual(await train("alone", { parallel: 1 }), []);
  alone = resultsOf("alone");
});

test("arms become trainings, each once, a pre-training before those that start from it, all arms of a seed before the next seed", () => {
  const seeds = [0, 1];
  const table = jobsOf(
    ["sg", "ns"].map((sampler) => ({
      title: sampler,
      configs: seeds.map((seed) => short({ method: "arco", options: { sampler }, seed })),
    })),
  );
  assert.deepEqual(
    table.map(({ phase, titles, config: { seed, method } }) => [seed, phase, method, titles.join()]),
    seeds.flatMap((seed) => [
      [seed, "pretraining", "relational", "sg,ns"],
      [seed, "training", "arco", "sg"],
      [seed, "training", "arco", "ns"],
    ]),
  );
  assert.deepEqual(table[1].needs, [table[0]]);
  const alone = jobsOf([{ title: "first", configs: [first.config] }, arms[1]]);
  assert.deepEqual(
    alone.map(({ phase }) => phase),
    ["training", "training"],
    "a pre-training that is an arm itself is tested",
  );
});

test("side by side in processes of their own they end as one after the other here, and it is recorded how", async () => {
  const most: number[] = [];
  const told: string[] = [];
  const failures = await train("beside", {
    parallel: 2,
    onProgress: ({ at, running, done, of, secondsLeft }) => {
      most.push(running.length);
      assert.ok(secondsLeft > 0 || done === of, `${secondsLeft} s after ${done} of ${of}`);
      if (at.state === "finished") told.push(`${at.title} ${done}/${of}`);
    },
  });
  assert.deepEqual(failures, []);
  assert.equal(Math.max(...most), 2);
  assert.deepEqual(
    told.map((words) => words.replace(/.* /, "")),
    ["1/4", "2/4", "3/4", "4/4"],
  );
  assert.deepEqual(resultsOf("beside"), alone);
  for (const { name } of jobs) {
    const [{ engine, sideBySide, startSeconds }, ...others] = json(folderOf("beside", name), "environment.json");
    assert.deepEqual([engine.threads, sideBySide, others.length], [1, 2, 0]);
    assert.ok(startSeconds > 0);
  }
  assert.deepEqual(await train("beside", { parallel: 2, onProgress: () => assert.fail("trained again") }), []);
});

test("a signal stops all of them with their states saved, and the same call continues to the same results", async () => {
  const controller = new AbortController();
  const reason = new Problem("enough");
  const onProgress = once(ns.name, 2, () => controller.abort(reason));
  await assert.rejects(train("stopped", { parallel: 2, signal: controller.signal, onProgress }), reason);
  assert.ok(existsSync(join(folderOf("stopped", ns.name), "checkpoints", "last.safetensors")));
  for (const name of readdirSync(join(home, "stopped")))
    assert.deepEqual(readdirSync(join(home, "stopped", name, "lock")), [], `${name} was given back`);
  const steps: number[] = [];
  await train("stopped", {
    parallel: 2,
    onProgress: ({ at }) => at.job.name === ns.name && at.state === "training" && steps.push(at.step),
  });
  assert.ok(steps[0] > 2, `from step ${steps[0]}`);
  assert.deepEqual(resultsOf("stopped"), alone);
});

test("a signal that comes when all is done is told all the same, takes nothing back, and leaves nothing to do", async () => {
  for (const parallel of [1, 2]) {
    const runs = `late${parallel}`;
    const controller = new AbortController();
    const reason = new Problem("enough");
    const onProgress = ({ done, of }: JobsProgress) => done === of && controller.abort(reason);
    await assert.rejects(train(runs, { parallel, signal: controller.signal, onProgress }), reason);
    assert.deepEqual(resultsOf(runs), alone);
    assert.deepEqual(await train(runs, { parallel, onProgress: () => assert.fail("trained again") }), []);
  }
});

test("a process that is killed is told with its last words, stops no other training, and the same call continues", async () => {
  const seen: string[] = [];
  const kill = once(ns.name, 1, () => {
    const [file] = readdirSync(join(folderOf("killed", ns.name), "lock"));
    process.kill(Number(file.split("@")[0]), "SIGKILL");
  });
  const failures = await train("killed", {
    parallel: 2,
    onProgress: (progress) => {
      kill(progress);
      if (progress.at.state === "failed") seen.push(progress.at.words ?? "");
    },
  });
  assert.deepEqual(
    failures.map(({ job, end }) => [job.name, end]),
    [[ns.name, "failed"]],
  );
  assert.match(failures[0].message, /^process \d+ died \(SIGKILL\).*memory.*--parallel/);
  assert.deepEqual(seen, [failures[0].message], "told at once");
  assert.throws(() => throwFailures(failures), { name: "Problem", message: failures[0].message });
  assert.deepEqual(await train("killed", { parallel: 2 }), []);
  assert.deepEqual(resultsOf("killed"), alone);
});

test("one that fails stops no other; what starts from it fails with it", async () => {
  const damaged = folderOf("failed", first.name);
  mkdirSync(join(damaged, "checkpoints"), { recursive: true });
  writeFileSync(join(damaged, "checkpoints", "last.safetensors"), "nothing");
  recordCode(damaged, codeOf(first.config), 0);
  const failures = await train("failed", { parallel: 2 });
  assert.deepEqual(
    failures.map(({ job, end }) => [job.name, end]),
    [first, ns, sg].map(({ name }) => [name, "failed"]),
  );
  assert.match(failures[0].message, /last\.safetensors: not a whole safetensors file/);
  assert.match(failures[1].message, new RegExp(`^NS, seed 0: its pre-training ${first.name} failed`));
  assert.ok(existsSync(join(folderOf("failed", supervised.name), "metrics.json")));
  assert.throws(() => throwFailures(failures), {
    name: "Problem",
    message: /^3 trainings gave no result:\n· .*\n· NS, seed 0/,
  });
});

test("a training that was begun with other threads goes on with those, in a process that has them, which is said", {
  skip: availableParallelism() < 2 && "one processor",
}, async () => {
  const [job] = jobsOf([{ title: "long", configs: [short({ method: "supervised", steps: 40, validateEvery: 40 })] }]);
  const runs = join(home, "threads");
  const controller = new AbortController();
  const { ARCO_THREADS } = process.env;
  process.env.ARCO_THREADS = "2";
  const onProgress = once(job.name, 2, () => controller.abort(new Problem("enough")));
  await assert.rejects(runJobs([job], { runs, signal: controller.signal, onProgress }), { message: "enough" });
  process.env.ARCO_THREADS = ARCO_THREADS;
  const notes: string[] = [];
  assert.deepEqual(await runJobs([job], { runs, parallel: 1, onNote: (words) => notes.push(words) }), []);
  assert.deepEqual(notes, [
    "long, seed 0: goes on with 2 threads, as it was begun, not with 1: results are bit-equal only then",
  ]);
  const used = json(runs, job.name, "environment.json");
  assert.deepEqual(
    used.map(({ engine }: { engine: { threads: number } }) => engine.threads),
    [2, 2],
  );
});

test("a process that has loaded other code than is meant refuses, and trains nothing", async () => {
  const { config, phase } = supervised;
  const runs = join(home, "refused");
  const ended = await trainHere(
    { config, phase, runs, digest: "0" },
    { signal: new AbortController().signal, hear: () => {} },
  );
  assert.equal(ended.kind, "failed");
  assert.match(JSON.stringify(ended), /the code was changed while trainings were at work/);
  assert.ok(!existsSync(runs));
});
