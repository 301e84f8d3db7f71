import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import { auxiliaryOutput, auxiliaryOutputInit } from "../../lib/heads/auxiliaryOutput.js";
import { methods } from "../../lib/methods/index.js";
import { channelDropout, featureDrop, featureNoise } from "../../lib/methods/perturbations.js";
import { registerNetwork } from "../../lib/networks/index.js";
import { unet } from "../../lib/networks/unet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { takeTrialSteps, trialOf } from "../../lib/training/contract.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { mean, type Rows, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy, plainTrainer } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

test("for four classes it has the parameters of the released network, 1,831,060, less 9,220 of an output that nothing reads", () => {
  const { variables } = plainTrainer("urpc", {}, { classes: 4 });
  const trained = Object.values(variables).filter(({ trainable }) => trainable);
  assert.equal(
    trained.reduce((sum, { size }) => sum + size, 0),
    1_831_060 - 9_220,
  );
});

/** What the four outputs say of the first batch at the start, both parts in one pass: class probabilities of labelled and unlabelled pixels. */
async function firstPredictions(): Promise<{ labeled: Rows; unlabeled: Rows }[]> {
  const network = unet({ channels: 1, classes: 3 });
  const mode = { training: true, track: false, masks: maskSeeds(0, "student", 0) };
  const { logits, steps } = network.apply(network.init(stream(0, "init")), batch(0).image, mode);
  const seeds = maskSeeds(0, "perturbations", 0);
  const outputs = [logits];
  for (const [at, perturb] of [channelDropout(0.5), featureDrop({ from: 0.7, to: 0.9 }), featureNoise(0.3)].entries()) {
    const head = auxiliaryOutputInit(stream(0, "init", "outputs", at + 1), 2, [128, 64, 32][at], 3);
    outputs.push(auxiliaryOutput(perturb(steps[at], seeds()), head, { size: [16, 16], upsampling: "nearest" }));
  }
  const rows = await Promise.all(outputs.map(softmaxRows));
  return rows.map((all) => ({ labeled: all.slice(0, 512), unlabeled: all.slice(512) }));
}

/** The equation of the pyramid consistency, in double precision. */
function pyramidOf(outputs: readonly Rows[]): number {
  const average = outputs[0].map((row, pixel) => row.map((_, of) => mean(outputs.map((rows) => rows[pixel][of]))));
  return mean(
    outputs.map((rows) => {
      const divergences = rows.map((row, pixel) =>
        row.reduce((sum, p, of) => sum + average[pixel][of] * Math.log(average[pixel][of] / p), 0),
      );
      const certainty = divergences.map((divergence) => Math.exp(-divergence));
      const squares = rows.map((row, pixel) => mean(row.map((p, of) => (p - average[pixel][of]) ** 2)));
      return mean(squares.map((square, pixel) => square * certainty[pixel])) / mean(certainty) + mean(divergences);
    }),
  );
}

test("the loss is that on labels of all four outputs, or (4 CE + 4 Dice)/8, and their pyramid consistency", async () => {
  const predictions = await firstPredictions();
  const supervised = predictions.map(({ labeled }) => supervisedOf(labeled, batch(0).arrays.label));
  const consistency = pyramidOf(predictions.map(({ unlabeled }) => unlabeled));
  for (const [labels, share] of [
    ["each", 1],
    ["shared", 1 / 4],
  ] as const) {
    const [found] = await run(trial("urpc", { options: { labels, weight: 30, ramp: 0, passes: "joint" } }), 1);
    const [own, ...others] = supervised.map((loss) => share * loss);
    const auxiliary = others[0] + others[1] + others[2];
    assertClose([found.supervised, found.auxiliary, found.consistency], [own, auxiliary, consistency], 1e-5, labels);
    assertClose([found.loss], [own + auxiliary + 30 * consistency], 1e-5, labels);
  }
});

test("labels and consistency reach the whole network and the auxiliary outputs", async () => {
  const all = ["model/down", "model/out", "model/up", "outputs/1", "outputs/2", "outputs/3"];
  for (const labels of ["each", "shared"]) assert.deepEqual(await movedBy("urpc", { weight: 0, labels }), all);
  for (const passes of ["joint", "separate"])
    assert.deepEqual(await movedBy("urpc", { scale: 0, weight: 1, ramp: 0, passes }), all);
});

test("the loss is that on labels plus the ramped consistency", async () => {
  const trainer = trial("urpc", { network: narrow, steps: 12, options: { weight: 5, ramp: 0.5 } });
  for (const [step, { loss, supervised, auxiliary, consistency }] of (await run(trainer, 8)).entries()) {
    const weight = rampUp(step, { max: 5, length: 6 });
    assertClose([loss], [supervised + auxiliary + weight * consistency], 1e-6, `step ${step}`);
    assert.ok(consistency > 0);
  }
});

test("what is perturbed are the maps of the auxiliary outputs: the tested one hears of it through them alone", async () => {
  const quiet = { drop: { from: 1, to: 1 }, noise: 0 };
  const [one, other] = [{ dropout: 0.9 }, { dropout: 0 }].map((options) =>
    trial("urpc", { network: narrow, options: { ...quiet, ...options, weight: 1, ramp: 0 } }),
  );
  const before = await values(one, "model/");
  for (const trainer of [one, other]) await run(trainer, 1);
  const [damaged, whole] = [await values(one, "model/"), await values(other, "model/")];
  const isStatistic = (path: string) => /mean|variance/.test(path);
  for (const [path, after] of Object.entries(damaged)) // the forward pass is the same, the gradients are not
    if (isStatistic(path)) assert.deepEqual(after, whole[path], path);
  assert.notDeepEqual(damaged["model/down.0.first.conv.weight"], whole["model/down.0.first.conv.weight"]);
  assert.notDeepEqual(damaged["model/down.0.first.norm.mean"], before["model/down.0.first.norm.mean"]);
});

test("it trains DeepLabv3+, whose decoder has one coarser map, of photographs whose sides are no multiple of it", async () => {
  const { options } = resolveConfig({ method: "urpc", benchmark: "camvid" });
  const trainer = trialOf(methods.urpc, { network: "lite0", options, imageSize: [40, 40] });
  const outputs = Object.entries(trainer.variables).filter(([path]) => path.startsWith("outputs/"));
  assert.deepEqual(
    outputs.map(([path, { shape }]) => [path, shape[shape.length - 2] ?? shape[0]]),
    [
      ["outputs/1.weight", 64], // of the map of ASPP
      ["outputs/1.bias", 3],
    ],
  );
  for (const row of await takeTrialSteps(trainer, 2))
    assert.ok(Object.values(row).every(Number.isFinite) && row.auxiliary > 0 && row.consistency > 0);
  trainer.dispose();
});

test("a network whose decoder has no coarser map is a Problem", () => {
  const { name } = registerNetwork({
    name: "oneStep",
    dimensions: 2,
    make: (of) => unet({ ...of, widths: [4, 4] }),
  });
  assert.throws(() => trial("urpc", { network: name }), { name: "Problem", message: /"oneStep".*coarser map/ });
});

test("as in its paper and released all outputs share one loss on labels; on volumes channels are dropped and logits interpolated", () => {
  const of = (config: { protocol?: "paper" | "released"; benchmark?: string; labeled?: number }) => {
    const { labels, uncertainty, perturbations, upsampling, passes } = resolveConfig({
      method: "urpc",
      ...config,
    }).options;
    return [labels, uncertainty, perturbations, upsampling, passes];
  };
  assert.deepEqual(of({}), ["each", "fromMean", "each", "nearest", "separate"]);
  assert.deepEqual(of({ protocol: "paper" }), ["shared", "toMean", "each", "nearest", "joint"]);
  assert.deepEqual(of({ protocol: "released" }), ["shared", "fromMean", "each", "nearest", "joint"]);
  assert.deepEqual(of({ benchmark: "la", labeled: 4 }), ["each", "fromMean", "dropout", "linear", "separate"]);
});
