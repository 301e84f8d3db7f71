import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { holderOf } from "../../lib/runs/holder.js";
import { jobsOf } from "../../lib/runs/job.js";
import { runJobs } from "../../lib/runs/jobs.js";
import { placesOf } from "../../lib/sweeps/places.js";
import { readPlan } from "../../lib/sweeps/plan.js";
import type { WorkerRecord } from "../../lib/sweeps/workers.js";
import { boxes } from "../boxes.js";
import { arco, sha256, temporary } from "../cli/arco.js";
import { narrow } from "../narrow.js";
import { atOnce, type Cluster, cluster, slurm, tasks, until, untilIdle } from "./cluster.js";

process.env.ARCO_THREADS = "1"; // results are bit-equal only for equal numbers of threads
const home = temporary();
const benchmark = await boxes();
const file = fileURLToPath(new URL("../narrow.ts", import.meta.url));
const small = ["--import", file, "--set", `network=${narrow}`, "--benchmark", benchmark, "--preset", "smoke"];
const steps = ["--steps", "300", "--set", "validateEvery=300"];
const one = [...small, ...steps, "--set", "optimizer.rate=0.01"];
const two = [...small, ...steps, "--set", "optimizer.rate=0.01,0.02"];

const runsOf = (name: string) => join(home, name);
const placesFor = (name: string) => placesOf(runsOf(name), "s");
const launch = (name: string, ...words: string[]) =>
  arco("sweep", "s", "--on", "slurm", "--max-running", "2", "--json", "--runs", runsOf(name), ...words);
const status = async (name: string) => {
  const { status, out, err } = await arco("sweep", "status", "s", "--json", "--runs", runsOf(name));
  assert.equal(status, 0, err);
  return JSON.parse(out);
};

/** Submits, and gives what was submitted. */
async function submitted(
  name: string,
  ...words: string[]
): Promise<{ arrays: string[]; tasks: number; before: number }> {
  const { status, out, err } = await launch(name, ...words);
  assert.equal(status, 0, err);
  return JSON.parse(out);
}

/** Waits until so many of a sweep's runs have a checkpoint, and gives their names. Each stands still until the last has one, lest it end before. */
async function begun(name: string, count = 2): Promise<string[]> {
  const held = new Map<string, number>();
  await until(() => {
    for (const { name: run } of readPlan(placesFor(name)).jobs)
      if (!held.has(run) && existsSync(join(runsOf(name), run, "checkpoints", "last.safetensors"))) {
        const trainer = trainerOf(name, run);
        process.kill(trainer, "SIGSTOP");
        held.set(run, trainer);
      }
    return held.size >= count;
  }, `${count} runs have a checkpoint`);
  for (const trainer of held.values()) process.kill(trainer, "SIGCONT");
  return [...held.keys()];
}

/** The process that trains a run. */
function trainerOf(name: string, run: string): number {
  const holder = holderOf(join(runsOf(name), run));
  assert.ok(holder, `${run} is not being trained any more`);
  return holder.pid;
}

/** What has to be equal to the last byte, whatever happened meanwhile. */
const resultsOf = (name: string, jobs: readonly { name: string }[]) =>
  jobs.map((job) =>
    ["log.jsonl", "metrics.json", "checkpoints/last.safetensors"].map((part) => {
      const path = join(runsOf(name), job.name, part);
      return existsSync(path) ? sha256(path) : `${job.name}: no ${part}`;
    }),
  );

/** Every run of a sweep is finished, once, as if nothing had happened. */
function assertUndisturbed(name: string): void {
  const { jobs } = readPlan(placesFor(name));
  assert.deepEqual(resultsOf(name, jobs), resultsOf("reference", jobs));
  for (const { name: run } of jobs) assert.deepEqual(readdirSync(join(runsOf(name), run, "lock")), []);
}

let here: Cluster;
before(async () => {
  here = await cluster();
  assert.equal((await arco("sweep", "s", "--plan", "--runs", runsOf("reference"), ...two)).status, 0);
  const configs = readPlan(placesFor("reference")).jobs.map(({ config }) => config);
  const failures = await runJobs(jobsOf([{ title: "", configs }]), { runs: runsOf("reference"), workers: 0 });
  assert.deepEqual(failures, []);
});

afterEach(async () => {
  slurm("scancel", "--user=root"); // what a test that failed has left
  await until(() => tasks().size === 0, "all tasks are cancelled");
});
after(() => here.stop());

/** Another cluster in the place of one whose nodes or controller were ended, which may not be as before for minutes. */
async function renewed(): Promise<void> {
  await here.stop();
  here = await cluster();
}

test("a sweep is trained by job arrays as here; launched by two at once it has the tasks that one would submit, and again none more", async () => {
  const both = await Promise.all([submitted("plain", ...two), submitted("plain", ...two)]);
  assert.equal(both[0].tasks + both[1].tasks, 2);
  assert.ok(both.some(({ arrays }) => arrays.length === 1));
  const again = await submitted("plain", ...two);
  assert.deepEqual([again.tasks, again.before], [0, 2]);
  await untilIdle();
  assertUndisturbed("plain");
  assert.equal((await submitted("plain")).tasks, 0);
});

test("a task that is cancelled saves, is not begun again by itself, and is what the same command submits", async () => {
  const { arrays } = await submitted("cancelled", ...two);
  await begun("cancelled");
  assert.equal(slurm("scontrol", "suspend", `${arrays[0]}_1`).status, 0); // lest it has ended before
  slurm("scancel", `${arrays[0]}_0`);
  await until(() => !tasks().has(`${arrays[0]}_0`), "the task is gone");
  const { counts } = await status("cancelled");
  assert.deepEqual([counts.half, counts.running], [1, 1]);
  const again = await submitted("cancelled");
  assert.deepEqual([again.tasks, again.before], [1, 1]);
  assert.equal(slurm("scontrol", "resume", `${arrays[0]}_1`).status, 0);
  await untilIdle();
  assertUndisturbed("cancelled");
});

test("a task that is requeued continues under its number", async () => {
  const { arrays } = await submitted("requeued", ...two);
  await begun("requeued");
  assert.equal(slurm("scontrol", "requeue", `${arrays[0]}_1`).status, 0);
  await untilIdle();
  assertUndisturbed("requeued");
  const { workers } = await status("requeued");
  const restarts = workers.map(({ task }: { task: { id: string; restarts: number } }) => [task.id, task.restarts]);
  assert.deepEqual(restarts.sort(), [[`${arrays[0]}_0`, 0], [`${arrays[0]}_1`, 0], [`${arrays[0]}_1`, 1]]); // biome-ignore format: a table
});

test("tasks of a node that is set down go on elsewhere", async (t) => {
  t.after(renewed);
  await submitted("down", ...two);
  await begun("down");
  slurm("scontrol", "update", "NodeName=n1", "State=DOWN", "Reason=test");
  await until(() => [...tasks().values()].every((state) => state !== "COMPLETING"), "the node is left");
  await untilIdle();
  assertUndisturbed("down");
});

test("without its controller nothing is lost, nothing is submitted twice, and status still reads the folder", async (t) => {
  t.after(renewed);
  await submitted("silent", ...two);
  await begun("silent");
  await here.killControl();
  const { status: end, err } = await launch("silent");
  assert.equal(end, 1);
  assert.match(err, /Slurm does not say what waits or runs already \(squeue: .*\); nothing was submitted/);
  const { counts } = await status("silent");
  assert.equal(counts.running + counts.finished, 2);
  await here.control();
  await untilIdle();
  assertUndisturbed("silent");
});

test("what a worker had that is killed within a checkpoint is continued by the other one", async () => {
  await submitted("killed", ...two);
  const [run, other] = await begun("killed");
  const folder = join(runsOf("killed"), run);
  const survivor = trainerOf("killed", other);
  process.kill(survivor, "SIGSTOP"); // lest it look for the last time while the killed one still holds its run
  await new Promise<void>((resolve) => {
    const watcher = watch(join(folder, "checkpoints"), (_, name) => {
      if (name?.endsWith(".safetensors")) return; // the file beside it comes first
      watcher.close();
      resolve();
    });
  });
  process.kill(trainerOf("killed", run), "SIGKILL");
  process.kill(survivor, "SIGCONT");
  await untilIdle();
  assertUndisturbed("killed");
});

test("on a full disk workers end and say so; when there is room again the same command continues", async (t) => {
  const folder = runsOf("full");
  mkdirSync(folder);
  assert.equal(
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]).status,
    0,
    "needs to mount a disk",
  );
  t.after(() => spawnSync("umount", [folder]));
  await submitted("full", ...two);
  await begun("full");
  const filler = join(folder, "filler");
  spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=64k"]);
  await until(() => tasks().size === 0, "all tasks have ended");
  const { counts, workers } = await status("full");
  assert.equal(counts.half + counts.lost, 2, JSON.stringify(counts));
  assert.deepEqual(
    workers.map(({ state, words }: { state: string; words?: string }) => [state, words]),
    [["gone", "FAILED"], ["gone", "FAILED"]], // biome-ignore format: a table
  );
  rmSync(filler);
  await submitted("full");
  await untilIdle();
  assertUndisturbed("full");
});

test("a node whose clock is an hour ahead makes no difference", async () => {
  const libraries = readdirSync("/usr/lib").map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`);
  const library = libraries.find((path) => existsSync(path));
  assert.ok(library, "libfaketime is not installed; apt-get install -y faketime");
  const ahead = `if [ "$SLURM_ARRAY_TASK_ID" = 1 ]; then export LD_PRELOAD=${library} FAKETIME=+1h FAKETIME_DONT_FAKE_MONOTONIC=1; fi`;
  await submitted("ahead", ...two, "--set-up", ahead);
  await begun("ahead");
  const { counts } = await status("ahead");
  assert.deepEqual([counts.lost, counts.failed], [0, 0]);
  await untilIdle();
  assertUndisturbed("ahead");
});

test("a plan that is extended while it is worked on is trained to its new end by those at work", async () => {
  await submitted("extended", ...one);
  const [run] = await begun("extended", 1);
  const pid = trainerOf("extended", run);
  process.kill(pid, "SIGSTOP"); // lest it has ended before
  const { status: end, err } = await arco("sweep", "s", "--plan", "--runs", runsOf("extended"), ...two);
  process.kill(pid, "SIGCONT");
  assert.equal(end, 0, err);
  await untilIdle();
  assertUndisturbed("extended");
});

test("before its time is up a task saves and requeues itself, and continues", async () => {
  const { arrays } = await submitted("timed", ...one, "--time", "10", "--grace", "50", "--max-running", "1");
  const task = `${arrays[0]}_0`;
  const [run] = await begun("timed", 1);
  // Slurm looks at the time twice a minute; that the training does not end before, it is stopped. Slurm sends SIGCONT beside its SIGUSR1.
  process.kill(trainerOf("timed", run), "SIGSTOP");
  const limit = (minutes: number) => slurm("scontrol", "update", `JobId=${task}`, `TimeLimit=${minutes}`).status;
  assert.equal(limit(1), 0); // only now, lest Slurm tell it earlier
  await until(() => tasks().get(task) === "PENDING", "the task is requeued");
  assert.equal((await status("timed")).counts.half, 1);
  assert.equal(limit(10), 0);
  await untilIdle();
  assertUndisturbed("timed");
  const { workers } = await status("timed");
  const ends = workers.map(({ task, ended }: WorkerRecord) => [task?.restarts, ended]);
  assert.deepEqual(ends, [[0, "stopped"], [1, "nothing is open"]]); // biome-ignore format: a table
  const log = readFileSync(join(placesFor("timed").logs, `${task}.log`), "utf8");
  assert.match(log, new RegExp(`requeued task ${task}`));
  assert.doesNotMatch(log, /DUE TO TIME LIMIT/);
});

test("tasks that make room for others are begun again when there is room", async () => {
  await submitted("preempted", ...two, "--partition", "cheap");
  await begun("preempted");
  const words = ["--partition=normal", "--nodes=2", "--exclusive", "--output=/dev/null", "--wrap=sleep 3"];
  assert.equal(slurm("sbatch", ...words).status, 0);
  await untilIdle();
  await submitted("preempted", "--partition", "cheap"); // what had ended before Slurm could requeue it
  await untilIdle();
  assertUndisturbed("preempted");
});

test("more tasks than an array may have are several arrays; what Slurm does not take is told", async () => {
  const quick = [...small, "--steps", "2", "--set", "seed=0,1,2,3,4,5"];
  const { arrays, tasks: count } = await submitted("arrays", ...quick, "--tasks", "6");
  assert.deepEqual([arrays.length, count], [2, 6]);
  const limits = slurm("scontrol", "show", "job", arrays[0]).stdout;
  assert.match(limits, /ArrayTaskThrottle=1/, "two at once, shared by both arrays");
  await untilIdle();
  assert.equal((await status("arrays")).counts.finished, 6);

  await here.set("SchedulerParameters=jobs_per_user_per_hour=1");
  const { status: end, out, err } = await launch("limited", ...quick, "--tasks", "6");
  await here.set(atOnce);
  assert.equal(end, 0, err);
  assert.deepEqual([JSON.parse(out).tasks, JSON.parse(out).arrays.length], [4, 1]);
  assert.match(err, /Slurm took no more: sbatch: .*; those that are in train all the same/);
  await untilIdle();
  assert.equal((await status("limited")).counts.finished, 6);

  const wrong = await launch("wrong", ...quick, "--partition", "none");
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /arco: nothing was submitted: sbatch: .*partition/);
  assert.equal(tasks().size, 0);
});
