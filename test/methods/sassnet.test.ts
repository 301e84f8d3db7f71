import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import type * as tf from "../../lib/engine/tf.js";
import { discriminator } from "../../lib/heads/discriminator.js";
import { distanceHead, distanceHeadInit } from "../../lib/heads/signedDistance.js";
import { unet } from "../../lib/networks/unet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { crossEntropyOf, softmaxRows } from "./byHand.js";
import { movedBy } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

const judge = discriminator({ mapChannels: 2, channels: 1, size: [16, 16] });
const judgeAtStart = () => judge.init(stream(0, "init", "discriminator"));
const network = unet({ channels: 1, classes: 3 });
const atStart = () => ({
  params: network.init(stream(0, "init")),
  head: distanceHeadInit(stream(0, "init", "distance"), { width: 16, classes: 3, dimensions: 2 }),
});

/** Cross entropy of a judgement of maps and images to "labelled" (1) or "unlabelled" (0). */
const judgedAs = async (logits: tf.Tensor, truth: readonly number[]) =>
  crossEntropyOf(await softmaxRows(logits), truth);

test("distances of unlabelled images are judged without dropout, and are to pass for those of labelled ones", async () => {
  const { image } = batch(0);
  const { params, head } = atStart();
  const mode = { training: true, track: false, masks: maskSeeds(0, "student", 0) };
  const distances = distanceHead(network.apply(params, image, mode).last, head).slice([2], [2]);
  const judged = judge.apply(judgeAtStart(), distances, image.slice([2], [2]), { training: false });
  const [found] = await run(trial("sassnet", { options: { weight: 3, ramp: 0, passes: "joint" } }), 1);
  assertClose([found.adversarial], [await judgedAs(judged, [1, 1])], 1e-5, "adversarial");
  assertClose([found.loss], [found.supervised + 0.3 * found.distance + 3 * found.adversarial], 1e-6, "loss");
});

test("the discriminator then judges, with dropout, the distances that the moved network says of all images in evaluation", async () => {
  const trainer = trial("sassnet");
  const [{ discriminator }] = await run(trainer, 1);
  const { image } = batch(0);
  const { params, head } = atStart();
  for (const [path, variable] of Object.entries({ ...flatten(params, "model/"), ...flatten(head, "distance/") }))
    variable.assign(trainer.variables[path]);
  const distances = distanceHead(network.apply(params, image, { training: false }).last, head);
  const mode = { training: true, masks: maskSeeds(0, "discriminator", 0) };
  const judged = judge.apply(judgeAtStart(), distances, image, mode);
  assertClose([discriminator], [await judgedAs(judged, [1, 1, 0, 0])], 1e-5, "discriminator");
});

test("the weight of the adversarial term rises in stairs", async () => {
  const trainer = trial("sassnet", { network: narrow, steps: 12, options: { weight: 5, ramp: 0.5, stairs: 3 } });
  for (const [step, { loss, supervised, distance, adversarial }] of (await run(trainer, 8)).entries()) {
    const weight = rampUp(step, { max: 5, length: 6, stairs: 3 });
    assertClose([loss], [supervised + 0.3 * distance + weight * adversarial], 1e-6, `step ${step}`);
  }
});

test("deceiving moves the distance head and what it stands on, and spares the segmentation head", async () => {
  const judging = ["classifier", "convs", "image", "map"].map((part) => `discriminator/${part}`);
  for (const passes of ["joint", "separate"])
    assert.deepEqual(await movedBy("sassnet", { scale: 0, distance: 0, weight: 1, ramp: 0, passes }), [
      ...judging,
      "distance/weight",
      "model/down",
      "model/up",
    ]);
});

test("what the network wants does not reach the discriminator: of a network that stands still it learns the same", async () => {
  const [one, other] = [0, 50].map((weight) =>
    trial("sassnet", { network: narrow, options: { weight, ramp: 0 }, optimizer: { rate: 1e-30, weightDecay: 0 } }),
  );
  for (const trainer of [one, other]) await run(trainer, 3);
  assert.deepEqual(await values(one, "discriminator/"), await values(other, "discriminator/"));
});
