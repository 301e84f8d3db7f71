import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import { unet } from "../../lib/networks/unet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { mean, type Rows, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

/** What the network says of the first batch at the start, both parts in one pass: class probabilities, labelled pixels first. */
async function firstPrediction(): Promise<Rows> {
  const network = unet({ channels: 1, classes: 3 });
  const mode = { training: true, track: false, masks: maskSeeds(0, "student", 0) };
  return softmaxRows(network.apply(network.init(stream(0, "init")), batch(0).image, mode).logits);
}

/** Mean over pixels of −Σ p log₃ p. */
const entropyOf = (rows: Rows) =>
  mean(rows.map((row) => row.reduce((sum, p) => sum - (p * Math.log(p)) / Math.log(3), 0)));

test("the loss is ½(Dice + CE) and the weighted entropy of all images, or of the unlabelled ones", async () => {
  const rows = await firstPrediction();
  const supervised = supervisedOf(rows.slice(0, 512), batch(0).arrays.label);
  for (const [images, from] of [
    ["all", 0],
    ["unlabeled", 512],
  ] as const) {
    const entropy = entropyOf(rows.slice(from));
    const options = { images, weight: 2, ramp: 0, passes: "joint" };
    const [found] = await run(trial("entropyMinimization", { options }), 1);
    assertClose([found.supervised, found.entropy], [supervised, entropy], 1e-5, images);
    assertClose([found.loss], [supervised + 2 * entropy], 1e-5, images);
  }
});

test("the weight of the entropy rises as in SSL4MIS", async () => {
  const trainer = trial("entropyMinimization", { network: narrow, steps: 12, options: { weight: 5, ramp: 0.5 } });
  for (const [step, { loss, supervised, entropy }] of (await run(trainer, 8)).entries())
    assertClose([loss], [supervised + rampUp(step, { max: 5, length: 6 }) * entropy], 1e-6, `step ${step}`);
});

test("the entropy reaches the whole network, and without labels it falls", async () => {
  const alone = { scale: 0, weight: 1, ramp: 0 };
  for (const images of ["all", "unlabeled"])
    assert.deepEqual(await movedBy("entropyMinimization", { ...alone, images }), [
      "model/down",
      "model/out",
      "model/up",
    ]);
  const rows = await run(
    trial("entropyMinimization", { network: narrow, steps: 100, options: alone, optimizer: { rate: 0.1 } }),
    20,
  );
  const [first, last] = [rows[0], rows[19]].map(({ entropy }) => entropy);
  assert.ok(first > 0.5 && last < first / 2, `${first} → ${last}`);
});

test("without weight on the entropy it is the network trained alone", async () => {
  const [one, other] = ["entropyMinimization", "meanTeacher"].map((name) =>
    trial(name, { network: narrow, options: { weight: 0 } }),
  );
  for (const trainer of [one, other]) await run(trainer, 4);
  assert.deepEqual(await values(one, "model/"), await values(other, "model/"));
});

test("its authors minimise the entropy of unlabelled images by a small constant weight; released, all images share one pass", () => {
  const of = (protocol: "lab" | "paper" | "released") => {
    const { images, weight, ramp, passes } = resolveConfig({ method: "entropyMinimization", protocol }).options;
    return [images, weight, ramp, passes];
  };
  assert.deepEqual(of("lab"), ["all", 0.1, 1, "separate"]);
  assert.deepEqual(of("paper"), ["unlabeled", 0.001, 0, "separate"]);
  assert.deepEqual(of("released"), ["all", 0.1, 1, "joint"]);
});
