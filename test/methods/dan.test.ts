import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { softmax } from "../../lib/engine/ops/softmax.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { discriminator } from "../../lib/heads/discriminator.js";
import { adversaryOf } from "../../lib/methods/adversary.js";
import { unet } from "../../lib/networks/unet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { crossEntropyOf, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

const judge = discriminator({ mapChannels: 3, channels: 1, size: [16, 16] });
const judgeAtStart = () => judge.init(stream(0, "init", "discriminator"));

/** Cross entropy of a judgement of maps and images to "labelled" (1) or "unlabelled" (0). */
const judgedAs = async (logits: tf.Tensor, truth: readonly number[]) =>
  crossEntropyOf(await softmaxRows(logits), truth);

test("the segmenter's loss is ½(Dice + CE) and the cross entropy of the unlabelled maps, judged without dropout, to labelled", async () => {
  const network = unet({ channels: 1, classes: 3 });
  const mode = { training: true, track: false, masks: maskSeeds(0, "student", 0) };
  const { image, arrays } = batch(0);
  const { logits } = network.apply(network.init(stream(0, "init")), image, mode);
  const maps = softmax(logits).slice([2], [2]);
  const judged = judge.apply(judgeAtStart(), maps, image.slice([2], [2]), { training: false });
  const adversarial = await judgedAs(judged, [1, 1]);
  const supervised = supervisedOf((await softmaxRows(logits)).slice(0, 512), arrays.label);
  const [found] = await run(trial("dan", { options: { weight: 3, ramp: 0, passes: "joint" } }), 1);
  assertClose([found.supervised, found.adversarial], [supervised, adversarial], 1e-5, "terms");
  assertClose([found.loss], [supervised + 3 * adversarial], 1e-5, "loss");
});

test("the discriminator then judges, with dropout, what the moved segmenter says of all images in evaluation", async () => {
  const trainer = trial("dan", { network: narrow });
  const [{ discriminator }] = await run(trainer, 1);
  const { image } = batch(0);
  const mode = { training: true, masks: maskSeeds(0, "discriminator", 0) };
  const judged = judge.apply(judgeAtStart(), softmax(trainer.predict(image)), image, mode);
  assertClose([discriminator], [await judgedAs(judged, [1, 1, 0, 0])], 1e-5, "discriminator");
});

test("the weight of the adversarial term rises as in SSL4MIS", async () => {
  const trainer = trial("dan", { network: narrow, steps: 12, options: { weight: 5, ramp: 0.5 } });
  for (const [step, { loss, supervised, adversarial }] of (await run(trainer, 8)).entries())
    assertClose([loss], [supervised + rampUp(step, { max: 5, length: 6 }) * adversarial], 1e-6, `step ${step}`);
});

const segmenter = ["model/down", "model/out", "model/up"];
const judging = ["classifier", "convs", "image", "map"].map((part) => `discriminator/${part}`);

test("deceiving moves all of the segmenter", async () => {
  for (const passes of ["joint", "separate"])
    assert.deepEqual(await movedBy("dan", { scale: 0, weight: 1, ramp: 0, passes }), [...judging, ...segmenter]);
});

test("what the discriminator learns does not reach the segmenter: without weight it is the network trained alone", async () => {
  const [one, other] = [trial("dan", { options: { weight: 0 } }), trial("meanTeacher", { options: { weight: 0 } })];
  for (const trainer of [one, other]) await run(trainer, 3);
  assert.deepEqual(await values(one, "model/"), await values(other, "model/"));
});

test("what the segmenter wants does not reach the discriminator: of a segmenter that stands still it learns the same", async () => {
  const [one, other] = [0, 50].map((weight) =>
    trial("dan", { network: narrow, options: { weight, ramp: 0 }, optimizer: { rate: 1e-30, weightDecay: 0 } }),
  );
  for (const trainer of [one, other]) await run(trainer, 3);
  assert.deepEqual(await values(one, "discriminator/"), await values(other, "discriminator/"));
});

test("a discriminator learns to tell maps apart, and a map deceives it the better the more it looks like a labelled one", async () => {
  const adversary = adversaryOf(
    { seed: 0, steps: 30, channels: 1, imageSize: [16, 16] },
    { mapChannels: 2, rate: 1e-3 },
  );
  const seen = batch(0);
  const ofClass = (of: number) => tf.oneHot(tf.fill([2, 16, 16], of, "int32"), 2).cast("float32");
  const [labeled, unlabeled] = [ofClass(0), ofClass(1)];
  const losses: number[] = [];
  for (let step = 0; step < 30; step++)
    losses.push((await adversary.learn(tf.concat([labeled, unlabeled]), { ...seen, step }).data())[0]);
  assert.ok(losses[29] < 0.1, `${losses[0]} → ${losses[29]}`);
  const image = seen.image.slice([2], [2]);
  const deceived = [];
  for (const share of [0, 0.5, 1])
    deceived.push((await adversary.deception(labeled.mul(share).add(unlabeled.mul(1 - share)), image).data())[0]);
  assert.ok(deceived[0] > deceived[1] && deceived[1] > deceived[2], deceived.join(" > "));
});

test("paper and released code see both parts of a batch in one pass; on volumes the released rate falls as on images", () => {
  const of = (protocol: "lab" | "paper" | "released", benchmark: string) => {
    const { options, optimizer } = resolveConfig({ method: "dan", protocol, benchmark, preset: "full" });
    return [options.weight, options.passes, optimizer.schedule];
  };
  assert.deepEqual(of("lab", "acdc"), [0.1, "separate", "poly"]);
  assert.deepEqual(of("paper", "acdc"), [0.1, "joint", "step"]);
  assert.deepEqual(of("released", "acdc"), [0.1, "joint", "poly"]);
  assert.deepEqual(of("released", "la"), [0.1, "joint", "poly"]);
});
