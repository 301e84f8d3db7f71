import assert from "node:assert/strict";
import { before, test } from "node:test";
import { symmetricBeta } from "../../lib/engine/beta.js";
import { batchSlice } from "../../lib/engine/ops/batchSlice.js";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { networks } from "../../lib/networks/index.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { meanSquareOf, type Rows, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

/** The first step's terms worked out apart: pairs of unlabelled images by their numbers, the network as it begins, labelled and mixed images in one pass. */
async function firstTerms(unlabeled: number, pairs: readonly (readonly [number, number])[]) {
  const network = networks[narrow].make({ channels: 1, classes: 3 });
  const params = network.init(stream(0, "init")); // both networks begin alike
  const { image, arrays } = batch(0, { unlabeled });
  const pass = (name: string) => {
    const mode = { training: true, track: false, masks: maskSeeds(0, name, 0) };
    return (images: tf.Tensor) => softmaxRows(network.apply(params, images, mode).logits);
  };
  const rng = stream(0, "interpolation", 0);
  const shares = pairs.map(() => symmetricBeta(rng, 0.2)); // λ
  const one = (at: number) => batchSlice(image, 2 + at, 1);
  const half = (which: 0 | 1) => tf.concat(pairs.map((pair) => one(pair[which])));
  const mixed = pairs.map(([a, b], at) =>
    one(a)
      .mul(1 - shares[at])
      .add(one(b).mul(shares[at])),
  );
  const student = await pass("student")(tf.concat([batchSlice(image, 0, 2), ...mixed]));
  const says = pass("teacher");
  const [first, second] = [await says(half(0)), await says(half(1))];
  const target: Rows = first.map((row, pixel) => {
    const share = shares[Math.floor(pixel / 256)];
    return row.map((value, of) => (1 - share) * value + share * second[pixel][of]);
  });
  return [supervisedOf(student.slice(0, 512), arrays.label), meanSquareOf(student.slice(512), target)];
}

test("the student's prediction for a mixture is compared with the mixture of the teacher's, each pair with a share of its own; of an odd number the middle image is its own partner", async () => {
  for (const [unlabeled, pairs] of [
    [2, [[0, 1]]],
    [
      3,
      [
        [0, 1],
        [1, 2],
      ],
    ],
    [
      4,
      [
        [0, 2],
        [1, 3],
      ],
    ],
  ] as const) {
    const expected = await firstTerms(unlabeled, pairs);
    const options = { weight: 100, ramp: 0, passes: "joint" };
    const [found] = await run(trial("ict", { network: narrow, options }), 1, { unlabeled });
    assertClose([found.supervised, found.consistency], expected, 1e-5, `${unlabeled} unlabelled`);
    assertClose([found.loss], [expected[0] + 100 * expected[1]], 1e-5, `${unlabeled} unlabelled: loss`);
  }
});

test("the consistency's weight rises as in SSL4MIS", async () => {
  const trainer = trial("ict", { network: narrow, steps: 12, options: { weight: 5, ramp: 0.5 } });
  for (const [step, { loss, supervised, consistency }] of (await run(trainer, 8)).entries()) {
    assertClose([loss], [supervised + rampUp(step, { max: 5, length: 6 }) * consistency], 1e-6, `step ${step}`);
    assert.ok(consistency > 0);
  }
});

test("the consistency reaches all of the student; the teacher has no optimiser and follows", async () => {
  const parts = (name: string) => ["down", "out", "up"].map((part) => `${name}/${part}`);
  for (const passes of ["joint", "separate"])
    assert.deepEqual(await movedBy("ict", { scale: 0, weight: 1, ramp: 0, passes }), [
      ...parts("model"),
      ...parts("teacher"), // at the first step the moving average copies
    ]);
  const trainer = trial("ict", { network: narrow });
  const velocities = Object.keys(trainer.variables).filter((path) => path.startsWith("velocity/"));
  assert.ok(velocities.length > 0 && velocities.every((path) => path.startsWith("velocity/model/")));
});

test("without weight on the consistency it is the network trained alone", async () => {
  const [one, other] = ["ict", "cps"].map((name) => trial(name, { network: narrow, options: { weight: 0 } }));
  for (const trainer of [one, other]) await run(trainer, 3);
  const weights = async (trainer: typeof one) =>
    Object.entries(await values(trainer, "model/")).filter(([path]) => !/mean|variance/.test(path));
  assert.deepEqual(await weights(one), await weights(other));
});

test("released it is SSL4MIS's, on volumes too; as in its paper the weight is a thousand times as large and the mixtures are even", () => {
  const of = (protocol: "lab" | "paper" | "released", benchmark: string) => {
    const given: PartialConfig = { method: "ict", protocol, benchmark, preset: "full" };
    const { options, optimizer } = resolveConfig(given);
    const { weight, ramp, alpha, momentum, passes } = options;
    return [weight, ramp, alpha, momentum, passes, optimizer.schedule];
  };
  assert.deepEqual(of("lab", "acdc"), [0.1, 1, 0.2, 0.99, "separate", "poly"]);
  assert.deepEqual(of("paper", "acdc"), [100, 0.25, 1, 0.999, "separate", "step"]);
  assert.deepEqual(of("released", "acdc"), [0.1, 1, 0.2, 0.99, "joint", "poly"]);
  assert.deepEqual(of("released", "la"), [0.1, 1, 0.2, 0.99, "joint", "poly"]);
});
