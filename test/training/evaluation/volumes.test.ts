import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { la } from "../../../lib/benchmarks/la/index.js";
import { tensorCount } from "../../../lib/engine/memory.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { augmentationFrom } from "../../../lib/images/augment/slices.js";
import { largestComponents } from "../../../lib/images/largestComponent.js";
import { networkOf } from "../../../lib/methods/method.js";
import { scoreVolume } from "../../../lib/metrics/score.js";
import { readLog } from "../../../lib/runs/records.js";
import { trainRun } from "../../../lib/runs/trainRun.js";
import { createTrainer } from "../../../lib/runs/workplace.js";
import { batchMaker } from "../../../lib/training/batches/batch.js";
import { resolveConfig } from "../../../lib/training/config/config.js";
import { evaluate } from "../../../lib/training/evaluation/evaluate.js";
import { predictMaps, predictVolume } from "../../../lib/training/evaluation/predict.js";
import { takeStep } from "../../../lib/training/loop.js";
import { writeCopy, writeLists } from "../../benchmarks/laCopy.js";
import { temporary } from "../../temporary.js";

process.env.ARCO_CACHE = temporary("arco-volumes-cache-");
const data = { lists: writeLists(), patch: "32x32x16", stride: "32x32x16" };
const home = await writeCopy("UA-MT");
process.env.ARCO_DATA = home;

before(() => startEngine());

test("volumes are trained with the V-Net, on patches that a preset makes small; in full they are the paper's", () => {
  const config = (preset: "smoke" | "mini" | "full", protocol: "lab" | "released" = "lab") =>
    resolveConfig({ benchmark: "la", preset, protocol, method: "meanTeacher" });
  assert.deepEqual(config("smoke").data, {
    patch: "32x32x16",
    stride: "32x32x16",
    weighting: "uniform",
    normalisation: "scan",
    crop: "centre",
    lists: "official",
  });
  const full = config("full", "released");
  assert.deepEqual(
    [full.network, full.data.patch, full.data.stride, full.steps],
    ["vnet", "112x112x80", "18x18x4", 6000],
  );
  assert.deepEqual([full.batch, full.optimizer.schedule], [{ labeled: 2, unlabeled: 2 }, "poly"]);
  assert.deepEqual([full.checkpoint, full.optimizer.rate], ["last", 0.01]);
  assert.equal(resolveConfig({ benchmark: "mpMri", preset: "full" }).checkpoint, "last");
  assert.equal(resolveConfig({ benchmark: "mpMri", preset: "full", protocol: "released" }).checkpoint, "bestVal");
  assert.equal(resolveConfig({ benchmark: "acdc" }).network, "unet");
});

test("ARCO on volumes has the released lengths and batches, under lab those of the compared methods", () => {
  const config = (protocol: "lab" | "released", preset: "full" | "mini") =>
    resolveConfig({ benchmark: "la", method: "arco", preset, protocol });
  const released = config("released", "full");
  assert.deepEqual([released.steps, released.batch], [6000, { labeled: 4, unlabeled: 4 }]);
  assert.deepEqual(released.pretraining?.batch, { labeled: 1, unlabeled: 1 });
  assert.equal(released.pretraining?.steps, 6000);
  const supervised = resolveConfig({ benchmark: "la", method: "supervised", preset: "full" });
  const lab = config("lab", "full");
  assert.deepEqual([lab.steps, lab.batch.labeled], [supervised.steps, supervised.batch.labeled]);
  assert.equal(config("lab", "mini").steps, resolveConfig({ benchmark: "la", preset: "mini" }).steps);
});

test("a network for images on volumes, or for volumes on images, and a method that knows images alone, are Problems", () => {
  const fails = (given: object, message: RegExp) =>
    assert.throws(() => resolveConfig(given), { name: "Problem", message });
  fails({ benchmark: "la", network: "unet" }, /network: found "unet", which sees images, expected "vnet" for volumes/);
  fails(
    { benchmark: "acdc", network: "vnet" },
    /network: found "vnet", which sees volumes, expected "unet" or .* for images/,
  );
  for (const method of ["moco", "vicreg"])
    fails(
      { benchmark: "la", method },
      new RegExp(`found "${method}", which knows slices.*expected supervised or .*meanTeacher`),
    );
  const setup = { network: "unet", imageSize: [32, 32, 16], channels: 1, classes: 2 } as never;
  assert.throws(() => networkOf(setup), { name: "Problem", message: /expected "vnet"/ });
});

test("a batch of volumes is cut to the patch, labelled scans first", async () => {
  const opened = await la.open({ labeled: 1, folder: home, options: data });
  const recipe = {
    seed: 3,
    labeled: 1,
    unlabeled: 2,
    draw: "passes",
    augmentation: augmentationFrom({}),
    views: {},
  } as const;
  const batch = await batchMaker(opened, recipe)(0);
  assert.deepEqual(
    [batch.imageShape, batch.labelShape],
    [
      [3, 32, 32, 16, 1],
      [1, 32, 32, 16],
    ],
  );
  assert.deepEqual(await batchMaker(opened, recipe)(0), batch);
  const inside = Array.from(batch.image.subarray(0, batch.label.length)).filter((_, i) => batch.label[i] === 1);
  assert.ok(
    inside.length > 100 && Math.min(...inside) >= 180 / 64 - 1,
    "the atrium is bright wherever the label says it is",
  );
});

/** Mean and standard deviation of some values. */
function moments(values: Float32Array): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}

test("patches of a training and windows of a test have the scale of the scan, or if that is asked for each mean 0 and standard deviation 1", async () => {
  const recipe = { seed: 3, labeled: 1, unlabeled: 2, draw: "passes", augmentation: augmentationFrom({}) } as const;
  const seenWith = async (normalisation: "scan" | "patch") => {
    const opened = await la.open({ labeled: 1, folder: home, options: { ...data, normalisation } });
    const { image } = await batchMaker(opened, recipe)(0);
    opened.openTest();
    const seen: Float32Array[] = [];
    const predict = (patches: tf.Tensor) => {
      seen.push(Float32Array.from(patches.dataSync()));
      return tf.tidy(() => tf.concat([patches, patches.mul(-1)], -1));
    };
    await predictMaps({ predict }, opened, (await opened.test.read(0)).image);
    const size = 32 * 32 * 16;
    return [image, ...seen].map((all) =>
      Array.from({ length: all.length / size }, (_, i) => all.subarray(i * size, (i + 1) * size)),
    );
  };
  const [ofScan, ofPatch] = [await seenWith("scan"), await seenWith("patch")];
  assert.deepEqual([ofPatch[0].length, ofPatch.slice(1).flat().length], [3, 8]); // a batch, and windows of 40×36×20 voxels
  for (const [part, patches] of ofPatch.entries())
    for (const [at, patch] of patches.entries()) {
      const [mean, deviation] = moments(patch);
      assert.ok(Math.abs(mean) < 1e-4 && Math.abs(deviation - 1) < 1e-4, `${mean} ${deviation}`);
      const before = ofScan[part][at];
      const [shift, scale] = moments(before);
      assert.ok(Math.abs(shift) > 0.01 || Math.abs(scale - 1) > 0.01, "which they have not by themselves");
      for (let i = 0; i < patch.length; i += 97) assert.ok(Math.abs(patch[i] - (before[i] - shift) / scale) < 1e-3);
    }
  await assert.rejects(la.open({ labeled: 1, folder: home, options: { ...data, normalisation: "crop" } }), {
    name: "Problem",
    message: /option normalisation: found "crop", expected one of scan, patch/,
  });
});

for (const method of ["supervised", "meanTeacher"]) {
  const configOf = (steps: number) =>
    resolveConfig({
      benchmark: "la",
      method,
      preset: "smoke",
      steps,
      data,
      ...(method === "supervised" && { labeled: 80 }),
    });

  test(`${method}: a training on volumes runs through and is tested by windows`, async () => {
    const outcome = await trainRun(configOf(2), { runs: join(home, "runs"), workers: 0 });
    assert.ok(outcome.finished);
    const { classes, cases, unit, checkpoint } = outcome.metrics ?? assert.fail("not tested");
    assert.deepEqual([classes, cases.length, unit, checkpoint], [["LA"], 1, "voxel", "last"]);
    assert.deepEqual(
      readLog(outcome.run).map(({ step }) => step),
      [1, 2],
    );
  });

  test(`${method}: on volumes it learns from labels, and through 20 steps the number of tensors stays the same`, async () => {
    const config = configOf(20);
    const opened = await la.open({ labeled: config.labeled, folder: home, options: config.data });
    const trainer = createTrainer(config, opened);
    const { seed, batch, draw } = config;
    const make = batchMaker(opened, { seed, ...batch, draw, augmentation: augmentationFrom(config.augmentation) });
    const losses: number[] = [];
    let tensors: unknown;
    for (let step = 0; step < 20; step++) {
      const { loss, supervised = loss } = await takeStep(trainer, await make(step));
      losses.push(supervised);
      if (step === 0) tensors = tensorCount();
    }
    assert.deepEqual(tensorCount(), tensors);
    const mean = (some: number[]) => some.reduce((a, b) => a + b, 0) / some.length;
    assert.ok(mean(losses.slice(-5)) < 0.8 * mean(losses.slice(0, 5)), losses.map((loss) => loss.toFixed(2)).join());
    trainer.dispose();
  });
}

test("windows leave no tensors behind, and probabilities sum to 1 and choose the class", async () => {
  const options = { ...data, stride: "5x7x3" };
  const opened = await la.open({ labeled: 1, folder: home, options });
  opened.openTest();
  const { image } = await opened.test.read(0);
  const predict = (patches: tf.Tensor) => tf.tidy(() => tf.concat([patches, patches.square()], -1));
  const before = tensorCount();
  const { classes, probabilities = [] } = await predictMaps({ predict }, opened, image, { probabilities: true });
  const whole = await predictVolume({ predict }, opened, image);
  assert.deepEqual(tensorCount(), before);
  const [map, [[background], [atrium]]] = [classes[0], probabilities];
  assert.deepEqual(
    [map, background, atrium].map(({ length }) => length),
    Array(3).fill(40 * 36 * 20),
  );
  for (let i = 0; i < map.length; i++) {
    assert.ok(Math.abs(background[i] + atrium[i] - 1) < 1e-5);
    assert.equal(map[i], atrium[i] > background[i] ? 1 : 0);
  }
  for (let i = 0; i < whole.data.length; i += 97)
    if (Math.abs(image.data[i] * (image.data[i] - 1)) > 1e-3)
      assert.equal(whole.data[i], image.data[i] ** 2 > image.data[i] ? 1 : 0);
});

test("scored with the largest components alone, a case has the scores of its prediction without the others", async () => {
  const opened = await la.open({ labeled: 1, folder: home, options: { ...data, normalisation: "scan" } });
  opened.openTest();
  const predict = (patches: tf.Tensor) => tf.tidy(() => tf.concat([tf.zerosLike(patches), patches.sub(0.5)], -1)); // noise, too
  const [plain, alone] = [
    await evaluate({ predict }, opened, opened.test),
    await evaluate({ predict }, opened, opened.test, { largestComponent: true }),
  ];
  const { image, label } = await opened.test.read(0);
  const kept = largestComponents(await predictVolume({ predict }, opened, image));
  assert.deepEqual(alone.cases[0].scores, scoreVolume(kept, label, 2, { spacing: [1, 1, 1] }));
  assert.ok(
    alone.mean.dice > plain.mean.dice + 0.01,
    `${plain.mean.dice} with all, ${alone.mean.dice} with the largest`,
  );
});

test("within a volume and after it is told how much is done, and it stops between two batches of windows", async () => {
  const options = { ...data, patch: "16x16x16", stride: "1x1x1" }; // 25×21×5 windows, 512 at once
  const opened = await la.open({ labeled: 1, folder: home, options });
  opened.openTest();
  const stop = new AbortController();
  const told: unknown[] = [];
  let batches = 0;
  const predict = (patches: tf.Tensor) => {
    batches++;
    return tf.tidy(() => tf.concat([patches, patches.square()], -1));
  };
  const onProgress = (progress: object) => told.push(progress);
  const { cases } = await evaluate({ predict }, opened, opened.test, { onProgress });
  const shares = [512, 1024, 1536, 2048, 2560].map((windows) => windows / (25 * 21 * 5));
  assert.deepEqual(
    told,
    [...shares, 1].map((done) => ({ done, of: 1, id: cases[0].id })),
  );
  assert.equal(batches, 6);
  const onCase = () => assert.fail("scored");
  const stopAt = ({ done }: { done: number }) => done > 0.3 && stop.abort(new Error("enough"));
  const { signal } = stop;
  await assert.rejects(evaluate({ predict }, opened, opened.test, { signal, onProgress: stopAt, onCase }), {
    message: "enough",
  });
  assert.equal(batches, 6 + 2);
});
