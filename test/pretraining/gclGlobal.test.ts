import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { pooled } from "../../lib/heads/pooled.js";
import { methods } from "../../lib/methods/index.js";
import { defaultsOf } from "../../lib/methods/options.js";
import { partitionOf } from "../../lib/methods/partition.js";
import { unet } from "../../lib/networks/unet.js";
import { checkParts, partitionPairs } from "../../lib/pretraining/partitionPairs.js";
import { Problem } from "../../lib/problem.js";
import { openData } from "../../lib/runs/workplace.js";
import { openBatches, type RawBatch } from "../../lib/training/batches/batches.js";
import { batchesOf } from "../../lib/training/batches/ofConfig.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { disposeBatch, takeStep } from "../../lib/training/loop.js";
import { assertClose } from "../engine/numbers.js";
import { run, trial, values } from "../methods/trial.js";
import { narrowVolumes } from "../narrow.js";
import { ones } from "./ones.js";

before(() => startEngine());

const place = (volume: string, slice: number, slices: number) => ({
  ...{ id: `${volume}${slice}`, case: volume, slice, slices },
});

test("a slice belongs to its augmentation and to the same part of other volumes, and is told apart from other parts alone", async () => {
  // in parts 0, 0, 3 and 0; their augmentations are 4 to 7
  const examples = [place("a", 0, 8), place("b", 0, 4), place("b", 3, 4), place("a", 1, 8)];
  assert.deepEqual(examples.map(partitionOf), [0, 0, 3, 0]);
  const { positives, negatives } = partitionPairs(examples);
  assert.deepEqual(await ones(positives), [[1, 4], [0, 3, 5], [6], [1, 7], [0, 5], [1, 4, 7], [2], [3, 5]]);
  const [inFirst, inLast] = [
    [2, 6],
    [0, 1, 3, 4, 5, 7],
  ];
  assert.deepEqual(
    await ones(negatives),
    [0, 0, 3, 0, 0, 0, 3, 0].map((part) => (part === 0 ? inFirst : inLast)),
  );
  tf.dispose([positives, negatives]);
});

test("slices that all lie in one part are a Problem that says what to set", () =>
  assert.throws(
    () => checkParts([place("a", 0, 1), place("b", 0, 1)]),
    (error) => error instanceof Problem && /one part of their volumes.*set draw to "partitions"/.test(error.message),
  ));

test("its batches hold one slice of each of the four parts of every volume they draw", async () => {
  const config = resolveConfig({ method: "gclGlobal", preset: "smoke" });
  const opened = await openData(config);
  const batches = await openBatches(opened, { ...batchesOf(config), views: {}, workers: 0 });
  const volumes: string[] = [];
  const slices = new Set<string>();
  for (let step = 0; step < 60; step++) {
    const { examples, labeled } = await batches.at(step);
    assert.deepEqual([examples.length, labeled], [8, 0]);
    for (const four of [examples.slice(0, 4), examples.slice(4)]) {
      assert.deepEqual(four.map(partitionOf), [0, 1, 2, 3]);
      assert.equal(new Set(four.map((one) => one.case)).size, 1);
      volumes.push(four[0].case);
      for (const { id } of four) slices.add(id);
    }
  }
  await batches.close();
  assert.equal(new Set(volumes.slice(0, 60)).size, 60, "all volumes before one comes again");
  assert.ok(slices.size > 360, `${slices.size} of 480 draws differ: the second time it is another slice of the part`);
});

test("the loss is −log(e^{s/τ} / (e^{s/τ} + Σ e^{s⁻/τ})) over all pairs of images and augmentations", async () => {
  const trainer = trial("gclGlobal");
  const batch = trainer.batch(0); // four slices of one volume
  const { encoder } = unet({ channels: 1, classes: 3 });
  const params = encoder.init(stream(0, "any"));
  const own = flatten(params, "model/");
  const { "heads/first": first, "heads/second": second } = trainer.variables;
  for (const [path, variable] of Object.entries(own)) variable.assign(trainer.variables[path]);
  const mode = { training: true, masks: maskSeeds(0, "student", 0), track: false };
  const rows = await tf
    .tidy(() =>
      pooled(encoder.apply(params, tf.concat([batch.image, batch.views.augmented.image]), mode)[4])
        .matMul(first)
        .relu()
        .matMul(second),
    )
    .array();
  assert.ok(Array.isArray(rows) && rows.length === 8);
  const vectors = rows.map((row) => (Array.isArray(row) ? row.map(Number) : []));
  const e = (a: number, b: number) => {
    const dot = vectors[a].reduce((sum, value, i) => sum + value * vectors[b][i], 0);
    return Math.exp(dot / Math.hypot(...vectors[a]) / Math.hypot(...vectors[b]) / 0.1);
  };
  const losses = [0, 1, 2, 3, 4, 5, 6, 7].map((a) => {
    const others = [0, 1, 2, 3, 4, 5, 6, 7].filter((b) => b % 4 !== a % 4); // of other parts, images and augmentations
    const positive = e(a, (a + 4) % 8);
    return -Math.log(positive / (positive + others.reduce((sum, b) => sum + e(a, b), 0)));
  });
  const { loss } = await trainer.step(batch);
  assertClose(await loss.data(), [losses.reduce((sum, one) => sum + one) / 8], 1e-4, "loss");
  tf.dispose([loss, own]);
  disposeBatch(batch);
  trainer.dispose();
});

test("the gradient reaches the encoder and the head, and a checkpoint holds nothing else but what the optimiser remembers", async () => {
  const trainer = trial("gclGlobal", { optimizer: { weightDecay: 0 } });
  const before = await values(trainer);
  await run(trainer, 1);
  const after = await values(trainer);
  const isCancelled = (path: string) => /conv\.bias$/.test(path); // by the normalisation behind it
  assert.deepEqual(
    Object.keys(before).filter((path) => `${after[path]}` !== `${before[path]}`),
    Object.keys(before).filter((path) => !isCancelled(path)),
  );
  assert.ok(Object.keys(before).every((path) => /^(model\/down|heads\/|velocity\/(model\/down|heads\/))/.test(path)));
  trainer.dispose();
});

test("the head sees the average of the coarsest map, or all of it as in the original", () => {
  for (const [protocol, inputs] of [
    ["lab", 256],
    ["paper", 2 * 3 * 256],
  ] as const) {
    const options = defaultsOf(methods.gclGlobal, protocol);
    const trainer = trial("gclGlobal", { options, imageSize: [32, 48] });
    assert.deepEqual(trainer.variables["heads/first"].shape, [inputs, 1024]);
    assert.deepEqual(trainer.variables["heads/second"].shape, [1024, 128]);
    trainer.dispose();
  }
});

test("of volumes it tells slabs of patches apart by where these were cut; where all lie in one part the loss is 0", async () => {
  const shape = [4, 16, 16, 16, 1];
  const rng = stream(0, "patches");
  const image = Float32Array.from({ length: 4 * 16 ** 3 }, () => rng.normal());
  const patches = (slices: readonly number[]): RawBatch => ({
    ...{
      step: 0,
      image,
      imageShape: shape,
      label: new Int32Array(),
      labelShape: [0, 16, 16, 16],
      labeled: 0,
      unlabeled: 4,
    },
    examples: slices.map((slice, at) => ({ id: `${at}`, case: `${at}`, slice, slices: 64 })),
    views: { augmented: { values: image.map((value) => value + 0.1 * rng.normal()), shape } },
  });
  const trainer = trial("gclGlobal", { network: narrowVolumes, imageSize: [16, 16, 16] });
  assert.equal((await takeStep(trainer, patches([0, 1, 2, 3]))).loss, 0);
  const { loss } = await takeStep(trainer, patches([0, 16, 32, 48]));
  assert.ok(loss > 0 && loss < Math.log(1 + 6 * Math.exp(2 / 0.1)), `${loss}`);
  trainer.dispose();
});
