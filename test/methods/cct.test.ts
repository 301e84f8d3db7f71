import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import { elementDropout, featureDrop, featureNoise } from "../../lib/methods/perturbations.js";
import { unet } from "../../lib/networks/unet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { mean, meanSquareOf, type Rows, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy, plainTrainer } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

test("for four classes it has the 3,713,664 parameters of the released network", () => {
  const { variables } = plainTrainer("cct", {}, { classes: 4 });
  const trained = Object.values(variables).filter(({ trainable }) => trainable);
  assert.equal(
    trained.reduce((sum, { size }) => sum + size, 0),
    3_713_664,
  );
});

/** What the four decoders say of the first batch at the start, both parts in one pass: class probabilities of labelled and unlabelled pixels. */
async function firstPredictions(): Promise<{ labeled: Rows; unlabeled: Rows }[]> {
  const { encoder, decoder } = unet({ channels: 1, classes: 3 });
  const rng = stream(0, "init");
  const main = { ...encoder.init(rng), ...decoder.init(rng) };
  const mode = { training: true, track: false, masks: maskSeeds(0, "student", 0) };
  const maps = encoder.apply(main, batch(0).image, mode);
  const seeds = maskSeeds(0, "perturbations", 0);
  const predictions = [decoder.apply(main, maps, mode)];
  for (const [at, perturb] of [featureNoise(0.3), elementDropout(0.3), featureDrop({ from: 0.7, to: 0.9 })].entries()) {
    const perturbed = maps.map((map) => perturb(map, seeds()));
    predictions.push(decoder.apply(decoder.init(stream(0, "init", "decoders", at + 1)), perturbed, mode));
  }
  const rows = await Promise.all(predictions.map(({ logits }) => softmaxRows(logits)));
  return rows.map((all) => ({ labeled: all.slice(0, 512), unlabeled: all.slice(512) }));
}

test("the loss is (4 CE + 4 Dice)/8 of the four outputs, or their sum or the main one, and a third of the squared differences to the main one", async () => {
  const predictions = await firstPredictions();
  const { arrays } = batch(0);
  const [main, ...others] = predictions.map(({ unlabeled }) => unlabeled);
  const supervised = predictions.map(({ labeled }) => supervisedOf(labeled, arrays.label));
  const consistency = mean(others.map((rows) => meanSquareOf(rows, main)));
  for (const [labels, expected] of [
    ["each", supervised[0] + supervised[1] + supervised[2] + supervised[3]],
    ["shared", mean(supervised)],
    ["main", supervised[0]],
  ] as const) {
    const [found] = await run(trial("cct", { options: { labels, weight: 30, ramp: 0, passes: "joint" } }), 1);
    assertClose([found.supervised, found.consistency], [expected, consistency], 1e-5, labels);
    assertClose([found.loss], [expected + 30 * consistency], 1e-5, labels);
  }
});

const encoder = ["model/down"];
const mainDecoder = ["model/out", "model/up"];
const auxiliary = ["decoders/1", "decoders/2", "decoders/3"];

test("consistency reaches the encoder and the auxiliary decoders, and the main one where its prediction is no constant", async () => {
  const alone = { scale: 0, weight: 1, ramp: 0 };
  for (const passes of ["joint", "separate"]) {
    assert.deepEqual(await movedBy("cct", { ...alone, passes }), [...auxiliary, ...encoder]);
    assert.deepEqual(await movedBy("cct", { ...alone, passes, stopGradient: false }), [
      ...auxiliary,
      ...encoder,
      ...mainDecoder,
    ]);
  }
});

test("labels reach all four decoders, or the main one alone", async () => {
  for (const labels of ["each", "shared"])
    assert.deepEqual(await movedBy("cct", { weight: 0, labels }), [...auxiliary, ...encoder, ...mainDecoder]);
  assert.deepEqual(await movedBy("cct", { weight: 0, labels: "main" }), [...encoder, ...mainDecoder]);
});

test("with labels for the main decoder and no consistency it is the network trained alone", async () => {
  const [one, other] = [
    trial("cct", { options: { weight: 0, labels: "main" } }),
    trial("meanTeacher", { options: { weight: 0 } }),
  ];
  for (const trainer of [one, other]) await run(trainer, 4);
  assert.deepEqual(await values(one, "model/"), await values(other, "model/"));
});

test("the loss is the supervised one plus the ramped consistency", async () => {
  const trainer = trial("cct", { steps: 12, options: { weight: 5, ramp: 0.5 } });
  for (const [step, { loss, supervised, consistency }] of (await run(trainer, 8)).entries()) {
    const weight = rampUp(step, { max: 5, length: 6 });
    assertClose([loss], [supervised + weight * consistency], 1e-6, `step ${step}`);
    assert.ok(consistency > 0);
  }
});

test("as in its paper the main decoder alone learns from labels and is a constant for the others; as released neither, and all share one loss on labels", () => {
  const of = (protocol: "lab" | "paper" | "released") => {
    const { labels, stopGradient, weight, ramp, passes } = resolveConfig({
      method: "cct",
      protocol,
      preset: "full",
    }).options;
    return [labels, stopGradient, weight, ramp, passes];
  };
  assert.deepEqual(of("lab"), ["each", true, 0.1, 1, "separate"]);
  assert.deepEqual(of("paper"), ["main", true, 30, 0.1, "separate"]);
  assert.deepEqual(of("released"), ["shared", false, 0.1, 1, "joint"]);
});

test("as released it lowers the rate by poly, on volumes as on slices, where the script is", () => {
  for (const benchmark of ["acdc", "la"])
    assert.equal(resolveConfig({ method: "cct", protocol: "released", benchmark }).optimizer.schedule, "poly");
});
