import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readNiftiLabel } from "../../lib/images/nifti/index.js";
import { boxes } from "../boxes.js";
import { arco, sha256, start, temporary } from "./arco.js";

const home = temporary();
const benchmark = await boxes({ test: 3 });
const smoke = (runs: string, ...words: string[]) => [
  "train",
  "--preset",
  "smoke",
  "--benchmark",
  benchmark,
  "--labeled",
  "2",
  "--runs",
  join(home, runs),
  "--json",
  ...words,
];
const only = (runs: string) => join(home, runs, readdirSync(join(home, runs))[0]);

test("a run goes from its config to its metrics, and a finished one is reported without training", async () => {
  const { status, out, err } = await arco(...smoke("whole", "--seed", "3", "--validate-every", "5"));
  assert.equal(status, 0, err);
  const { run, finished, trained, metrics } = JSON.parse(out);
  assert.deepEqual({ run, finished, trained }, { run: only("whole"), finished: true, trained: true });
  assert.deepEqual(
    [metrics.method, metrics.seed, metrics.steps, metrics.cases.length, metrics.classes.length],
    ["supervised", 3, 10, 3, 2],
  );
  assert.deepEqual(JSON.parse(readFileSync(join(run, "metrics.json"), "utf8")), metrics);
  const rows = readFileSync(join(run, "log.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    rows.filter((row) => row.validation).map(({ step }) => step),
    [5, 10],
  );
  assert.equal(rows.filter((row) => row.loss).length, 10);
  assert.equal(JSON.parse(readFileSync(join(run, "environment.json"), "utf8")).length, 1);
  const prediction = readNiftiLabel(join(run, "predictions", `${metrics.cases[0].id}.nii.gz`), [0, 1, 2]);
  assert.equal(prediction.data.length, prediction.shape[0] * prediction.shape[1] * prediction.shape[2]);
  assert.deepEqual(readdirSync(join(run, "lock")), []);

  const weights = sha256(join(run, "checkpoints", "last.safetensors"));
  const again = await arco(...smoke("whole", "--seed", "3", "--validate-every", "5"));
  assert.deepEqual(JSON.parse(again.out), { run, finished: true, trained: false, steps: 10, metrics });
  assert.equal(sha256(join(run, "checkpoints", "last.safetensors")), weights);
  assert.equal(JSON.parse(readFileSync(join(run, "environment.json"), "utf8")).length, 1);

  const other = JSON.parse(
    (await arco("evaluate", run, "--json", "--unit", "voxel", "--empty-policy", "released2d")).out,
  ).metrics;
  assert.deepEqual([other.unit, other.emptyPolicy, other.cases.length], ["voxel", "released2d", 3]);
  assert.deepEqual(other.counts, { ...metrics.counts, undefined: 0 });

  const alone = await arco("evaluate", run, "--largest-component");
  assert.match(alone.out, /^Predicted otherwise than the run says: the largest component of each class alone\.$/m);
  assert.match(alone.err, /^evaluate {2}3\/3 {2}0 s left$/m);
  const windows = await arco("evaluate", run, "--stride", "18x18x4");
  assert.deepEqual([windows.status, windows.out], [1, ""]);
  assert.match(windows.err, /^arco: stride: found "18x18x4" for a run on boxes, whose slices are seen whole/m);
});

test("a run under way is refused to others, stopped by signals without loss, and continued under its own conditions", async (t) => {
  const words = smoke("stopped", "--steps", "40", "--validate-every", "40", "--checkpoint-every", "1000");
  const steps = () =>
    readFileSync(join(only("stopped"), "log.jsonl"), "utf8")
      .trim()
      .split("\n").length;
  const first = start(words, { ARCO_THREADS: "1" });
  await first.says(/ \d+\/40 /);

  await t.test("a second process is refused and disturbs nothing", async () => {
    first.child.kill("SIGSTOP"); // it shall not be at its end before the other one looks
    const { status, out, err } = await arco(...words);
    first.child.kill("SIGCONT");
    assert.deepEqual([status, out], [1, ""]);
    assert.match(err, new RegExp(`process ${first.child.pid} on .* is working on this run; wait for it or stop it`));
  });

  await t.test("Ctrl-C finishes the step, saves and ends with 130", async () => {
    first.child.kill("SIGINT");
    const { status, out, err } = await first.ended;
    assert.equal(status, 130, err);
    const { run, finished, step } = JSON.parse(out);
    assert.deepEqual({ run, finished, step }, { run: only("stopped"), finished: false, step: steps() });
  });

  await t.test(
    "other threads than those it was begun with are refused",
    {
      skip: availableParallelism() < 2 && "one processor",
    },
    async () => {
      const { status, out, err } = await start(words, { ARCO_THREADS: "2" }).ended;
      assert.deepEqual([status, out], [1, ""]);
      assert.match(
        err,
        /^arco: .*: begun with 1 thread, this process runs 2, and results are bit-equal only with as many; unset ARCO_THREADS, .* to go on with 1, or move .* away to train this run anew$/m,
      );
    },
  );

  await t.test("a polite kill of the continued run ends with 143, further on", async () => {
    const before = steps();
    const { child, ended, says } = start(words);
    await says(/ \d+\/40 /);
    child.kill("SIGTERM");
    const { status, err } = await ended;
    assert.equal(status, 143, err);
    assert.ok(steps() > before && steps() < 40, `${before}, then ${steps()} steps`);
  });

  await t.test("a damaged checkpoint is named with what to do, and left as it is", async () => {
    const file = join(only("stopped"), "checkpoints", "last.safetensors");
    const whole = readFileSync(file);
    for (const damaged of [whole.subarray(0, 1000), Buffer.alloc(0)]) {
      writeFileSync(file, damaged);
      const { status, err } = await arco(...words);
      assert.equal(status, 1);
      assert.match(err, /^arco: .*last\.safetensors: not a whole safetensors file/m);
      assert.deepEqual(readFileSync(file), damaged);
    }
    assert.ok(!existsSync(join(only("stopped"), "metrics.json")));
    writeFileSync(file, whole);
  });

  await t.test("the same command takes it to its end, with the threads it was begun with", async () => {
    const before = steps();
    const { status, err } = await arco(...words);
    assert.equal(status, 0, err);
    assert.ok(!new RegExp(` ${before}/40 `).test(err), "steps before the stop were trained again");
    const used = JSON.parse(readFileSync(join(only("stopped"), "environment.json"), "utf8"));
    assert.ok(used.every(({ engine }: { engine: { threads: number } }) => engine.threads === 1));
  });
});
