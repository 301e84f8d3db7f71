import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import { distanceHead, distanceHeadInit } from "../../lib/heads/signedDistance.js";
import { unet } from "../../lib/networks/unet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { mean, softmaxRows } from "./byHand.js";
import { movedBy } from "./plainDescent.js";
import { batch, run, trial } from "./trial.js";

before(() => startEngine());

/** What both heads say of all images of the first batch at the start: probabilities, and masks of the distances, of the two foreground classes. */
async function firstMasks(steepness: number): Promise<{ probabilities: number[]; masks: number[] }[]> {
  const network = unet({ channels: 1, classes: 3 });
  const mode = { training: true, track: false, masks: maskSeeds(0, "student", 0) };
  const { logits, last } = network.apply(network.init(stream(0, "init")), batch(0).image, mode);
  const head = distanceHeadInit(stream(0, "init", "distance"), { width: 16, classes: 3, dimensions: 2 });
  const distances = await distanceHead(last, head).data();
  return (await softmaxRows(logits)).map(([, ...probabilities], at) => ({
    probabilities,
    masks: [0, 1].map((of) => 1 / (1 + Math.exp(steepness * distances[2 * at + of]))),
  }));
}

test("the masks of the distances and the probabilities agree on labelled and unlabelled images", async () => {
  const said = await firstMasks(20);
  const squares = [0, 1].map((of) =>
    mean(said.map(({ probabilities, masks }) => (masks[of] - probabilities[of]) ** 2)),
  );
  const [found] = await run(trial("dtc", { options: { weight: 3, ramp: 0, steepness: 20, passes: "joint" } }), 1);
  assertClose([found.consistency], [squares[0] + squares[1]], 1e-5, "consistency");
  assertClose([found.loss], [found.supervised + 0.3 * found.distance + 3 * found.consistency], 1e-6, "loss");
});

test("the weight of the consistency rises in stairs", async () => {
  const trainer = trial("dtc", { network: narrow, steps: 12, options: { weight: 5, ramp: 0.5, stairs: 3 } });
  for (const [step, { loss, supervised, distance, consistency }] of (await run(trainer, 8)).entries()) {
    const weight = rampUp(step, { max: 5, length: 6, stairs: 3 });
    assertClose([loss], [supervised + 0.3 * distance + weight * consistency], 1e-6, `step ${step}`);
  }
});

test("the consistency moves both heads and what they stand on", async () => {
  for (const passes of ["joint", "separate"])
    assert.deepEqual(await movedBy("dtc", { scale: 0, distance: 0, weight: 1, ramp: 0, steepness: 20, passes }), [
      "distance/weight",
      "model/down",
      "model/out",
      "model/up",
    ]);
});
