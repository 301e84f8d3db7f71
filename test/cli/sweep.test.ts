import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { codeOf } from "../../lib/runs/code.js";
import { jobsOf } from "../../lib/runs/job.js";
import { runJobs } from "../../lib/runs/jobs.js";
import { recordCode } from "../../lib/runs/madeBy.js";
import { placesOf } from "../../lib/sweeps/places.js";
import { readPlan } from "../../lib/sweeps/plan.js";
import { boxes } from "../boxes.js";
import { narrow } from "../narrow.js";
import { arco, sha256, start, temporary } from "./arco.js";

process.env.ARCO_THREADS = "1"; // results are bit-equal only for equal numbers of threads
const home = temporary();
const benchmark = await boxes();
const runsOf = (name: string) => join(home, name);
const words = (name: string, ...more: string[]) => ["sweep", "grid", "--runs", runsOf(name), ...more];
const file = fileURLToPath(new URL("../narrow.ts", import.meta.url));
const small = ["--import", file, "--set", `network=${narrow}`, "--benchmark", benchmark, "--preset", "smoke"];
const grid = [...small, "--steps", "4", "--method", "supervised,arco"];
const rates = ["--set", "optimizer.rate=0.01,0.02", ...grid];
const planned = (name: string) => readPlan(placesOf(runsOf(name), "grid")).jobs;
const status = async (name: string) => {
  const { out, err } = await arco("sweep", "status", "grid", "--json", "--runs", runsOf(name));
  assert.equal(err, "");
  return JSON.parse(out);
};

/** What has to be equal to the last byte. */
const resultsOf = (name: string, jobs: readonly { name: string }[]) =>
  jobs.map((job) =>
    ["log.jsonl", "metrics.json", "pretraining.json", "checkpoints/last.safetensors"].map((file) => {
      const path = join(runsOf(name), job.name, file);
      return existsSync(path) ? sha256(path) : file;
    }),
  );

test("a sweep trains what its grid asks for as one process would, a shared pre-training once, and again nothing", async () => {
  const first = await arco(...words("whole", ...rates, "--parallel", "2"));
  assert.equal(first.status, 0, first.err);
  const jobs = planned("whole");
  assert.deepEqual(
    jobs.map(({ phase, titles, config: { method } }) => [phase, method, titles.length]),
    [
      ["training", "supervised", 1],
      ["training", "supervised", 1],
      ["pretraining", "relational", 2],
      ["training", "arco", 1],
      ["training", "arco", 1],
    ],
  );
  const configs = jobs.flatMap(({ config, phase }) => (phase === "training" ? [config] : []));
  const arms = jobsOf([{ title: "alone", configs }]);
  assert.deepEqual(await runJobs(arms, { runs: runsOf("alone"), parallel: 1, workers: 0 }), []);
  assert.deepEqual(resultsOf("whole", jobs), resultsOf("alone", jobs));

  const again = await arco(...words("whole", ...rates, "--json"));
  assert.equal(again.status, 0, again.err);
  assert.match(again.err, /5 trainings, 0 of them new; 0 to be done/);
  assert.equal(readdirSync(join(runsOf("whole"), "sweeps", "grid", "workers")).length, 2, "no worker was started");
  const more = await arco(...words("whole", "--set", "optimizer.rate=0.03", ...grid, "--plan"));
  assert.match(more.err, /7 trainings, 2 of them new; 2 to be done/);
});

test("of a worker that is killed status says what was lost; the next one continues it to the same result", async () => {
  const long = ["--steps", "300", "--set", "validateEvery=300"];
  assert.equal((await arco(...words("killed", ...small, ...long, "--plan"))).status, 0);
  const [{ name }] = planned("killed");
  const folder = join(runsOf("killed"), name);
  const { child, ended } = start(["work", join(runsOf("killed"), "sweeps", "grid")]);
  while (!existsSync(join(folder, "checkpoints", "last.safetensors")))
    await new Promise((resolve) => setTimeout(resolve, 20));
  const running = await status("killed");
  assert.equal(running.counts.running, 1);
  assert.match(running.trainings[0].where, new RegExp(`, process ${child.pid}$`));
  child.kill("SIGKILL");
  await ended;
  const lost = await status("killed");
  assert.deepEqual([lost.counts.lost, lost.workers[0].state], [1, "gone"]);
  assert.match(lost.trainings[0].words, new RegExp(`process ${child.pid} on .* died`));
  const { status: end, out, err } = await arco("work", join(runsOf("killed"), "sweeps", "grid"));
  assert.equal(end, 0, err);
  assert.match(out, /^nothing is open: 1 finished, 0 failed, 0 diverged/);
  const [{ config }] = planned("killed");
  await runJobs(jobsOf([{ title: "alone", configs: [config] }]), { runs: runsOf("alone"), parallel: 1, workers: 0 });
  assert.deepEqual(resultsOf("killed", [{ name }]), resultsOf("alone", [{ name }]));
});

test("what fails stops no other and is told with its last words; it is begun again only when that is asked for", async () => {
  assert.equal((await arco(...words("failed", ...rates, "--plan"))).status, 0);
  const jobs = planned("failed");
  const [{ name }, , first, ...others] = jobs;
  const damaged = join(runsOf("failed"), first.name, "checkpoints", "last.safetensors");
  mkdirSync(join(damaged, ".."), { recursive: true });
  writeFileSync(damaged, "nothing");
  recordCode(join(runsOf("failed"), first.name), codeOf(first.config), 0);
  const { status: end, out, err } = await arco(...words("failed"));
  assert.equal(end, 1);
  assert.match(err, new RegExp(`^failed: pre-training of .*${first.name}.*not a whole safetensors file`, "m"));
  for (const { name } of others) assert.match(out, new RegExp(`${name}.*: its pre-training ${first.name} failed`));
  assert.ok(existsSync(join(runsOf("failed"), name, "metrics.json")));
  const { counts } = await status("failed");
  assert.deepEqual([counts.finished, counts.failed, counts.waiting], [2, 3, 0]);
  assert.match((await arco("work", join(runsOf("failed"), "sweeps", "grid"))).out, /^nothing is open: 0 finished/);

  writeFileSync(join(runsOf("failed"), first.name, "config.json"), JSON.stringify(first.config));
  rmSync(damaged);
  const retried = await arco("sweep", "retry", "grid", "--json", "--runs", runsOf("failed"));
  assert.deepEqual(JSON.parse(retried.out), { retried: [first.name] });
  assert.equal((await arco(...words("failed"))).status, 0);
  assert.deepEqual(resultsOf("failed", jobs), resultsOf("alone", jobs));
});

test("stop ends all workers with their states saved, and the sweep's command goes on", async () => {
  const long = ["--steps", "50000", "--set", "validateEvery=50000"];
  const { ended, says } = start(words("stopped", ...small, ...long));
  await says(/1 running/);
  assert.equal((await arco("sweep", "stop", "grid", "--runs", runsOf("stopped"))).status, 0);
  const { status: end, out } = await ended;
  assert.equal(end, 1);
  assert.match(out, /0 of 1 finished · 1 half done, waiting/);
  const { workers } = await status("stopped");
  assert.deepEqual(
    workers.map(({ ended }: { ended: string }) => ended),
    ["told to stop"],
  );
});

test("a worker whose code is not the plan's refuses in one line, and trains nothing", async () => {
  assert.equal((await arco(...words("other", ...small, "--plan"))).status, 0);
  const { plan, folder } = placesOf(runsOf("other"), "grid");
  const [{ code, name }] = planned("other");
  const { "losses/dice.ts": dice } = codeOf(planned("other")[0].config).files;
  writeFileSync(plan, readFileSync(plan, "utf8").replaceAll(code, "0".repeat(64)).replace(dice, "0123456789abcdef"));
  const { status: end, err } = await arco("work", folder);
  assert.equal(end, 1);
  assert.match(
    err,
    /^arco: .*plan\.jsonl: planned with other code than this checkout has \(losses\/dice\.ts\); [^\n]*\n$/,
  );
  assert.ok(!existsSync(join(runsOf("other"), name)));
});
