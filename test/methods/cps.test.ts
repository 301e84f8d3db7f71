import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { drawNormalFilters } from "../../lib/networks/normalFilters.js";
import { unet } from "../../lib/networks/unet.js";
import { vnet } from "../../lib/networks/vnet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { crossEntropyOf, likeliest, mean, type Rows, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy, plainTrainer } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

/** What both networks say of the first batch at the start, both parts in one pass: class probabilities, labelled pixels first. */
async function firstPredictions(): Promise<Rows[]> {
  const network = unet({ channels: 1, classes: 3 });
  const said = [[stream(0, "init"), "student"] as const, [stream(0, "init", "second"), "second"] as const].map(
    ([rng, name]) => {
      const mode = { training: true, track: false, masks: maskSeeds(0, name, 0) };
      return network.apply(network.init(rng), batch(0).image, mode).logits;
    },
  );
  return Promise.all(said.map(softmaxRows));
}

test("the loss is ½(Dice + CE) of both networks and the cross entropies to each other's classes, on unlabelled images or on all", async () => {
  const [first, second] = await firstPredictions();
  const { label } = batch(0).arrays;
  const supervised = [first, second].reduce((sum, rows) => sum + supervisedOf(rows.slice(0, 512), label), 0);
  for (const [pseudo, from] of [
    ["unlabeled", 512],
    ["all", 0],
  ] as const) {
    const [one, other] = [first.slice(from), second.slice(from)];
    const crossed = crossEntropyOf(one, likeliest(other)) + crossEntropyOf(other, likeliest(one));
    const [found] = await run(trial("cps", { options: { pseudo, weight: 1.5, ramp: 0, passes: "joint" } }), 1);
    assertClose([found.supervised, found.pseudo], [supervised, crossed], 1e-5, pseudo);
    assertClose([found.loss], [supervised + 1.5 * crossed], 1e-5, pseudo);
  }
});

test("the weight of the pseudo labels rises as in SSL4MIS", async () => {
  const trainer = trial("cps", { steps: 12, options: { weight: 5, ramp: 0.5 } });
  for (const [step, { loss, supervised, pseudo }] of (await run(trainer, 8)).entries())
    assertClose([loss], [supervised + rampUp(step, { max: 5, length: 6 }) * pseudo], 1e-6, `step ${step}`);
});

test("labels and pseudo labels reach all of both networks", async () => {
  const both = ["model", "second"].flatMap((name) => ["down", "out", "up"].map((part) => `${name}/${part}`));
  assert.deepEqual(await movedBy("cps", { weight: 0 }), both);
  for (const pseudo of ["unlabeled", "all"])
    assert.deepEqual(await movedBy("cps", { scale: 0, weight: 1, ramp: 0, pseudo }), both);
});

test("the two networks begin differently, and each has an optimiser of its own", async () => {
  const trainer = trial("cps");
  const [first, second] = [await values(trainer, "model/"), await values(trainer, "second/")];
  const names = Object.keys(first).filter((path) => path.endsWith("weight"));
  for (const path of names) assert.notDeepEqual(second[path.replace("model/", "second/")], first[path], path);
  await run(trainer, 1);
  for (const path of names)
    for (const name of ["model/", "second/"]) {
      const velocity = await trainer.variables[`velocity/${path.replace("model/", name)}`].data();
      assert.ok(
        velocity.some((value) => value !== 0),
        `${name}: ${path}`,
      );
    }
});

test("without pseudo labels the first is the network trained alone", async () => {
  const [one, other] = ["cps", "meanTeacher"].map((name) => trial(name, { options: { weight: 0 } }));
  for (const trainer of [one, other]) await run(trainer, 4);
  assert.deepEqual(await values(one, "model/"), await values(other, "model/"));
});

// The gradient of the last bias is the mean of p − one-hot class, so it rises for the other's class and falls for the rest.
test("each network learns from the classes of the other", async () => {
  for (const [learner, leader] of [
    ["model", "second"],
    ["second", "model"],
  ])
    for (const of of [0, 1, 2]) {
      const trainer = plainTrainer("cps", { scale: 0, weight: 1, ramp: 0 });
      const sure = tf.tensor([0, 1, 2].map((one) => (one === of ? 50 : 0)));
      trainer.variables[`${leader}/out.bias`].assign(sure);
      const bias = async () => (await values(trainer, `${learner}/out.bias`))[`${learner}/out.bias`];
      const before = await bias();
      await trainer.step(batch(0));
      const rise = (await bias()).map((value, at) => value - before[at]);
      for (const [at, value] of rise.entries()) assert.ok(at === of ? value > 0 : value < 0, `${learner}: ${rise}`);
    }
});

/** Standard deviation of some numbers around 0. */
const deviation = (numbers: Float32Array) => Math.sqrt(mean(Array.from(numbers, (value) => value ** 2)));

test("normal filters have Kaiming's and Xavier's deviations; transposed convolutions and biases keep theirs", async () => {
  const network = vnet({ channels: 1, classes: 2, filters: 4 });
  for (const rule of ["kaiming", "xavier"] as const) {
    const [params, untouched] = [network.init(stream(0, "init")), network.init(stream(0, "init"))];
    drawNormalFilters(params, stream(0, rule), rule);
    const before = flatten(untouched);
    for (const [path, variable] of Object.entries(flatten(params))) {
      const found = Float32Array.from(await variable.data());
      const kept = Float32Array.from(await before[path].data());
      if (!path.endsWith("weight") || path.startsWith("up.")) {
        assert.deepEqual(found, kept, path);
        continue;
      }
      const [inputs, outputs] = variable.shape.slice(-2);
      const kernel = variable.size / inputs / outputs;
      const expected = Math.sqrt(2 / (kernel * (rule === "kaiming" ? inputs : inputs + outputs)));
      const error = Math.abs(deviation(found) / expected - 1);
      assert.ok(error < 6 / Math.sqrt(2 * found.length), `${rule}: ${path}: ${deviation(found)}, expected ${expected}`);
    }
  }
});

test("released networks for volumes begin with normal filters, and on images as all others do", async () => {
  const filters3D = "normal";
  const start = async (axes: number, options: object) => {
    const trainer = plainTrainer("cps", options, { axes });
    const path = axes === 3 ? "stages.1.0.conv.weight" : "down.1.first.conv.weight";
    const found = await values(trainer);
    trainer.dispose();
    return { first: found[`model/${path}`], second: found[`second/${path}`] };
  };
  assert.deepEqual(await start(2, { filters3D }), await start(2, {}));
  const { first, second } = await start(3, { filters3D });
  const [kaiming, xavier] = [Math.sqrt(2 / (27 * 32)), Math.sqrt(2 / (27 * (32 + 32)))]; // 3³ filters from 32 channels to 32
  assertClose([deviation(first), deviation(second)], [kaiming, xavier], 0.05, "deviations");
});

test("as in its paper the weight is constant and labelled images count, as released neither", () => {
  const of = (protocol: "lab" | "paper" | "released") => {
    const { weight, ramp, pseudo, filters3D, passes } = resolveConfig({
      method: "cps",
      protocol,
      preset: "full",
    }).options;
    return [weight, ramp, pseudo, filters3D, passes];
  };
  assert.deepEqual(of("lab"), [0.1, 1, "unlabeled", "alike", "separate"]);
  assert.deepEqual(of("paper"), [1.5, 0, "all", "alike", "joint"]);
  assert.deepEqual(of("released"), [0.1, 1, "unlabeled", "normal", "joint"]);
});
