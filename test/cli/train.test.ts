import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readNiftiLabel } from "../../lib/images/nifti.js";
import { arco, sha256, start, temporary } from "./arco.js";

const home = temporary();
const smoke = (runs: string, ...words: string[]) => ["train", "--preset", "smoke", "--benchmark", "hippocampus", "--labeled", "1", "--runs", join(home, runs), "--json", ...words];
const only = (runs: string) => join(home, runs, readdirSync(join(home, runs))[0]);

test("a run goes from its config to its metrics, and a finished one is reported without training", async () => {
  const { status, out, err } = await arco(...smoke("whole", "--seed", "3"));
  assert.equal(status, 0, err);
  const { run, finished, trained, metrics } = JSON.parse(out);
  assert.deepEqual({ run, finished, trained }, { run: only("whole"), finished: true, trained: true });
  assert.deepEqual([metrics.method, metrics.seed, metrics.steps, metrics.cases.length, metrics.classes.length], ["supervised", 3, 10, 20, 2]);
  assert.deepEqual(JSON.parse(readFileSync(join(run, "metrics.json"), "utf8")), metrics);
  const rows = readFileSync(join(run, "log.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(rows.filter((row) => row.validation).map(({ step }) => step), [5, 10]);
  assert.equal(rows.filter((row) => row.loss).length, 10);
  assert.equal(JSON.parse(readFileSync(join(run, "environment.json"), "utf8")).length, 1);
  const prediction = readNiftiLabel(join(run, "predictions", `${metrics.cases[0].id}.nii.gz`), [0, 1, 2]);
  assert.equal(prediction.data.length, prediction.shape[0] * prediction.shape[1] * prediction.shape[2]);
  assert.deepEqual(readdirSync(join(run, "lock")), []);

  const weights = sha256(join(run, "checkpoints", "last.safetensors"));
  const again = await arco(...smoke("whole", "--seed", "3"));
  assert.deepEqual(JSON.parse(again.out), { run, finished: true, trained: false, steps: 10, metrics });
  assert.equal(sha256(join(run, "checkpoints", "last.safetensors")), weights);
  assert.equal(JSON.parse(readFileSync(join(run, "environment.json"), "utf8")).length, 1);

  const evaluated = await arco("evaluate", run, "--json");
  assert.deepEqual(JSON.parse(evaluated.out).metrics, metrics);
  const inVoxels = JSON.parse((await arco("evaluate", run, "--json", "--unit", "voxel", "--empty-policy", "released2d")).out).metrics;
  assert.deepEqual([inVoxels.unit, inVoxels.emptyPolicy], ["voxel", "released2d"]);
});

test("Ctrl-C and a polite kill finish the step, save, and end with 130 and 143; the same command continues", async () => {
  const words = smoke("stopped", "--steps", "40", "--validate-every", "40", "--checkpoint-every", "1000");
  let last = 0;
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    const { child, ended, says } = start(words);
    await says(/ \d+\/40 /);
    child.kill(signal);
    const end = await ended;
    assert.equal(end.status, status, end.err);
    const { run, finished, step } = JSON.parse(end.out);
    assert.deepEqual({ run, finished }, { run: only("stopped"), finished: false });
    assert.ok(step > last && step < 40, `stopped after ${step}`);
    assert.equal(readFileSync(join(run, "log.jsonl"), "utf8").trim().split("\n").length, step);
    last = step;
  }
  const { err, out } = await arco(...words);
  assert.ok(JSON.parse(out).finished, err);
  assert.ok(!new RegExp(` ${last}/40 `).test(err), "steps before the stop were trained again");
});

test("a second process on the same run is refused and disturbs nothing", async () => {
  const words = smoke("twice", "--steps", "40", "--validate-every", "40");
  const first = start(words);
  await first.says(/ \d+\/40 /);
  const second = await arco(...words);
  assert.deepEqual([second.status, second.out], [1, ""]);
  assert.match(second.err, new RegExp(`process ${first.child.pid} on .* is working on this run; wait for it or stop it`));
  assert.equal((await first.ended).status, 0);
});

test("a damaged checkpoint is named with what to do, and left as it is", async () => {
  const words = smoke("damaged", "--steps", "40", "--validate-every", "40");
  const { child, ended, says } = start(words);
  await says(/ \d+\/40 /);
  child.kill("SIGINT");
  await ended;
  const file = join(only("damaged"), "checkpoints", "last.safetensors");
  for (const damage of [() => truncateSync(file, 1000), () => writeFileSync(file, "")]) {
    damage();
    const before = sha256(file);
    const { status, err } = await arco(...words);
    assert.equal(status, 1);
    assert.match(err, /^arco: .*last\.safetensors: not a whole safetensors file/m);
    assert.equal(sha256(file), before);
  }
  assert.ok(!existsSync(join(only("damaged"), "metrics.json")));
});

test("a run goes on with the threads it was begun with, whatever the machine has", async () => {
  const words = smoke("threads", "--steps", "40", "--validate-every", "40");
  const { child, ended, says } = start(words, { ARCO_THREADS: "1" });
  await says(/ \d+\/40 /);
  child.kill("SIGINT");
  await ended;
  const refused = await start(words, { ARCO_THREADS: "3" }).ended;
  assert.match(refused.err, /begun with 1 threads, this process runs 3; set ARCO_THREADS=1/);
  assert.equal((await arco(...words)).status, 0);
  const used = JSON.parse(readFileSync(join(only("threads"), "environment.json"), "utf8"));
  assert.deepEqual(used.map(({ engine }: { engine: { threads: number } }) => engine.threads), [1, 1]);
});
