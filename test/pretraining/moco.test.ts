import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import type { Opened } from "../../lib/benchmarks/benchmark.js";
import { hippocampus } from "../../lib/benchmarks/hippocampus.js";
import { dataFolder } from "../../lib/benchmarks/places.js";
import { readSplit } from "../../lib/benchmarks/split.js";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { decodeSafetensors } from "../../lib/engine/safetensors.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { pooled } from "../../lib/heads/pooled.js";
import { project, projector } from "../../lib/heads/projection.js";
import type { Trainer } from "../../lib/methods/method.js";
import { defaultsOf } from "../../lib/methods/options.js";
import type { Mode } from "../../lib/networks/network.js";
import { unet } from "../../lib/networks/unet.js";
import { croppedView } from "../../lib/pretraining/croppedView.js";
import { moco } from "../../lib/pretraining/moco.js";
import { openData } from "../../lib/runs/workplace.js";
import { openBatches } from "../../lib/training/batches/batches.js";
import { batchesOf } from "../../lib/training/batches/ofConfig.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { disposeBatch } from "../../lib/training/loop.js";
import { arco, temporary } from "../cli/arco.js";
import { assertClose } from "../engine/numbers.js";
import { run, trial, values } from "../methods/trial.js";
import { gratings } from "./gratings.js";

before(() => startEngine());

const isStatistic = (path: string) => /norm\.(mean|variance)$/.test(path);
const widths = { hidden: 256, embedding: 128 };
const entry = (all: Float32Array, place: number) => all.slice(place * widths.embedding, (place + 1) * widths.embedding);

/** What an encoder with its head, as a trainer has them under two names, makes of images: one row an image. */
async function embeddings(trainer: Trainer, [network, head]: readonly [string, string], image: tf.Tensor, mode: Mode) {
  const { encoder } = unet({ channels: 1, classes: 3 });
  const params = encoder.init(stream(0, "any"));
  const projection = projector(stream(0, "any"), 256, widths.hidden, widths.embedding);
  const own = { ...flatten(params, `${network}/`), ...flatten({ [head]: projection }, "heads/") };
  for (const [path, variable] of Object.entries(own)) variable.assign(trainer.variables[path]);
  const rows = tf.tidy(() =>
    project(pooled(encoder.apply(params, image, { ...mode, track: false })[4]), projection, { activation: "relu" }),
  );
  const found = Float32Array.from(await rows.data());
  tf.dispose([rows, own]);
  return Array.from({ length: image.shape[0] }, (_, at) => entry(found, at));
}

test("the lab's head is 256 → 256 → 128 and its queue 1,152; the original's own constants are in the other protocols", () => {
  const { momentum, poolSize, hidden, temperature, embedding } = defaultsOf(moco);
  assert.deepEqual([momentum, poolSize, hidden, embedding, temperature], [0.99, 1152, 256, 128, 0.2]);
  for (const protocol of ["paper", "released"] as const)
    assert.deepEqual(defaultsOf(moco, protocol), {
      ...defaultsOf(moco),
      momentum: 0.999,
      poolSize: 65_536,
      hidden: 2048,
    });
});

test("the first loss is ln(1 + K·…) of the two views' embeddings against the queue", async () => {
  const trainer = trial("moco", { options: { poolSize: 5 } });
  const batch = trainer.batch(0);
  const { query, key } = batch.views;
  const queue = (await values(trainer, "queue/entries"))["queue/entries"];
  const mode = (network: string) => ({ training: true, masks: maskSeeds(0, network, 0) });
  const queries = await embeddings(trainer, ["model", "student"], query.image, mode("student"));
  const keys = await embeddings(trainer, ["teacher", "teacher"], key.image, mode("teacher"));
  const losses = queries.map((row, at) => {
    const others = [0, 1, 2, 3, 4].reduce((sum, place) => sum + Math.exp(cosine(row, entry(queue, place)) / 0.2), 0);
    return Math.log(1 + others / Math.exp(cosine(row, keys[at]) / 0.2));
  });
  const { loss } = await trainer.step(batch);
  assertClose(await loss.data(), [losses.reduce((sum, one) => sum + one) / 4], 1e-4, "loss");
  tf.dispose(loss);
  disposeBatch(batch);
  trainer.dispose();
});

test("the gradient reaches the encoder and its head, and nothing else", async () => {
  const trainer = trial("moco", { optimizer: { weightDecay: 0 } });
  const before = await values(trainer);
  await run(trainer, 1);
  const after = await values(trainer);
  const moved = Object.keys(before).filter((path) => `${after[path]}` !== `${before[path]}`);
  const isCancelled = (path: string) => /down\..*conv\.bias$/.test(path); // by the normalisation behind it
  const expected = Object.keys(before).filter(
    (path) => /^(model\/down|heads\/student|velocity\/|queue\/)/.test(path) && !isCancelled(path),
  );
  assert.deepEqual(
    moved.filter((path) => !(path.startsWith("teacher/") && isStatistic(path))),
    expected,
  );
  assert.ok(Object.keys(before).every((path) => !path.startsWith("model/") || path.startsWith("model/down.")));
  const trained = Object.keys(before).filter((path) => path.startsWith("velocity/"));
  assert.ok(
    trained.every((path) => /^velocity\/(model|heads\/student)/.test(path)),
    String(trained),
  );
  trainer.dispose();
});

test("the key encoder and its head are moving averages of the others before their step; their running statistics are their own", async () => {
  const trainer = trial("moco", { options: { momentum: 0.9 } });
  for (let step = 0; step < 3; step++) {
    const before = await values(trainer);
    await run(trainer, 1, {}, step);
    const after = await values(trainer);
    let followed = 0;
    for (const [path, follower] of Object.entries(before)) {
      if (isStatistic(path) || !/^(teacher\/|heads\/teacher)/.test(path)) continue;
      const student = before[path.replace("teacher/", "model/").replace("heads/teacher", "heads/student")];
      const expected = follower.map((value, i) => 0.9 * value + 0.1 * student[i]);
      assertClose(after[path], expected, 1e-6, `step ${step}: ${path}`);
      followed++;
    }
    assert.equal(followed, 40 + 4); // an encoder of five blocks and a head of two layers
    assert.notDeepEqual(after["teacher/down.0.first.norm.mean"], after["model/down.0.first.norm.mean"]);
  }
  trainer.dispose();
});

test("the keys of a batch enter the queue in its order, first in, first out, around its end; the position stays below the capacity", async () => {
  const trainer = trial("moco", { options: { poolSize: 6 } });
  for (const [step, places] of [
    [0, 1, 2, 3],
    [4, 5, 0, 1],
    [2, 3, 4, 5],
    [0, 1, 2, 3],
  ].entries()) {
    const { "queue/entries": before } = await values(trainer, "queue/");
    await run(trainer, 1, {}, step);
    const { "queue/entries": after, "queue/position": position } = await values(trainer, "queue/");
    const batch = trainer.batch(step);
    const mode = { training: true, masks: maskSeeds(0, "teacher", step) };
    const keys = await embeddings(trainer, ["teacher", "teacher"], batch.views.key.image, mode);
    for (const [at, place] of places.entries()) assertClose(entry(after, place), keys[at], 1e-4, `step ${step}, ${at}`);
    for (const place of [0, 1, 2, 3, 4, 5].filter((one) => !places.includes(one)))
      assert.deepEqual(entry(after, place), entry(before, place));
    assert.deepEqual([...position], [(4 * (step + 1)) % 6]);
    disposeBatch(batch);
  }
  assert.equal(trainer.variables["queue/position"].dtype, "int32");
  trainer.dispose();
});

const views = { query: croppedView(), key: croppedView() };

test("images keep embeddings of their own by a queue that is renewed by a slow key encoder; without either all become alike", async () => {
  /** Mean cosine between the embeddings of eight new images after 48 steps on others. */
  async function alikeness(momentum: number, { isRenewed = true } = {}): Promise<number> {
    const optimizer = { kind: "adam", rate: 0.001, schedule: "constant", weightDecay: 0 } as const;
    const trainer = trial("moco", { steps: 48, options: { momentum, poolSize: 64 }, optimizer });
    const { "queue/entries": entries } = trainer.variables;
    const begun = entries.clone();
    for (let step = 0; step < 48; step++) {
      const batch = gratings(step, views);
      tf.dispose(await trainer.step(batch));
      disposeBatch(batch);
      if (!isRenewed) entries.assign(begun);
    }
    const { image, ...rest } = gratings(1000, views);
    const rows = await embeddings(trainer, ["model", "student"], image, { training: true });
    disposeBatch({ image, ...rest });
    trainer.dispose();
    begun.dispose();
    const pairs = rows.flatMap((row, at) => rows.slice(0, at).map((other) => cosine(row, other)));
    return pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
  }
  const guarded = await alikeness(0.999);
  const [withoutKeys, withoutMomentum] = [await alikeness(0.999, { isRenewed: false }), await alikeness(0)];
  assert.ok(guarded < 0.93, `with both ${guarded}`);
  assert.ok(withoutKeys > 0.985, `the queue stands still: ${withoutKeys}`);
  assert.ok(withoutMomentum > 0.985, `the key encoder is the query's: ${withoutMomentum}`);
});

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, i) => sum + value * b[i], 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
}

const home = temporary();
const smoke = (method: string, runs: string, ...words: string[]) => [
  ...["train", "--method", method, "--preset", "smoke", "--steps", "2", "--runs", join(home, runs), ...words],
];

test("its run ends without a test and says how to go on; arms with any number of labels start from the same one, and the report tells of it", async () => {
  const told = "pre-trained; start a method from it with --set pretraining.method=moco\n";
  const first = await arco(...smoke("moco", "shared"));
  assert.equal(first.status, 0, first.err);
  const folder = /^Finished: (.*)\n/.exec(first.out)?.[1] ?? assert.fail(first.out);
  assert.equal(first.out, `Finished: ${folder}\n${told}`);
  const again = await arco(...smoke("moco", "shared"));
  assert.equal(again.out, `Finished before, nothing was trained: ${folder}\n${told}`);
  const machine = await arco(...smoke("moco", "shared", "--json"));
  assert.deepEqual(JSON.parse(machine.out), { run: folder, finished: true, trained: false, steps: 2 });
  const scored = await arco("evaluate", folder);
  assert.match(scored.err, /a pre-training \(moco\), which segments nothing yet; score a run that starts from it/);
  assert.equal(scored.status, 1);

  for (const labeled of ["1", "3"]) {
    const words = ["--set", "pretraining.method=moco", "--set", "pretraining.steps=2", "--labeled", labeled, "--json"];
    const arm = await arco(...smoke("arco", "shared", "--validate-every", "2", ...words));
    assert.equal(arm.status, 0, arm.err);
    const { run: made, metrics } = JSON.parse(arm.out);
    assert.equal(metrics.labeled, Number(labeled));
    assert.equal(join(home, "shared", JSON.parse(readFileSync(join(made, "pretraining.json"), "utf8")).run), folder);
  }
  assert.equal(readdirSync(join(home, "shared")).length, 3);
  assert.ok(!existsSync(join(folder, "metrics.json")));
  const path = join(folder, "checkpoints", "last.safetensors");
  const { entries } = decodeSafetensors(readFileSync(path), path);
  const model = Object.keys(entries).filter((name) => name.startsWith("model/"));
  assert.ok(model.length > 0 && model.every((name) => name.startsWith("model/down.")));

  assert.equal((await arco("report", join(home, "shared"))).status, 0);
  const page = readFileSync(join(home, "shared", "report.html"), "utf8");
  assert.match(page, /not tested:<\/p><ul><li>MoCo v2, [^<]*: 2 steps; 2 runs here start from it/);
});

test("no label of a training case is read for it: with none that can be read its batches are the same", async () => {
  const folder = join(home, "hippocampus");
  cpSync(join(dataFolder, "hippocampus"), folder, { recursive: true });
  for (const id of readSplit(folder).train) writeFileSync(join(folder, "labelsTr", `${id}.nii.gz`), "no label");
  const config = resolveConfig({ method: "moco", preset: "smoke" });
  const seen = async (opened: Opened) => {
    const batches = await openBatches(opened, { ...batchesOf(config), workers: 0 });
    const { image, label, views } = await batches.at(0);
    await batches.close();
    assert.deepEqual([opened.labeled.size, label.length], [0, 0]);
    return { image, views };
  };
  const blind = await seen(await hippocampus.open({ labeled: 1, labels: false, folder }));
  assert.deepEqual(blind, await seen(await openData(config)));
  await assert.rejects(async () => (await hippocampus.open({ labeled: 1, folder })).labeled.read(0), /labelsTr/);
});
