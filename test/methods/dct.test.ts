import assert from "node:assert/strict";
import { before, test } from "node:test";
import { meanCrossEntropy } from "../../lib/engine/ops/crossEntropy.js";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { fastGradientSign } from "../../lib/losses/adversarial.js";
import { pseudoSupervision } from "../../lib/losses/pseudoSupervision.js";
import { quarterTurns } from "../../lib/methods/dct/quarterTurns.js";
import { type Batch, parts } from "../../lib/methods/method.js";
import { unet } from "../../lib/networks/unet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { mean, meanSquareOf, type Rows, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

// numpy.rot90(numpy.arange(6).reshape(2, 3), k), and rot90(numpy.arange(12).reshape(2, 3, 2), 1)
test("quarter turns go counter-clockwise in the plane of the first two axes; a volume's z stays where it is", () =>
  inEveryForm(async (form) => {
    const image = tf.range(0, 6).reshape([1, 2, 3, 1]);
    for (const [turns, expected] of [
      [0, 1, 2, 3, 4, 5],
      [2, 5, 1, 4, 0, 3],
      [5, 4, 3, 2, 1, 0],
      [3, 0, 4, 1, 5, 2],
    ].entries()) {
      const turned = quarterTurns(image, turns);
      assert.deepEqual(turned.shape, turns % 2 === 0 ? [1, 2, 3, 1] : [1, 3, 2, 1], form);
      assert.deepEqual(Array.from(await turned.data()), expected, `${form}: ${turns}`);
      assert.deepEqual(await quarterTurns(turned, 4 - turns).data(), await image.data(), `${form}: back from ${turns}`);
    }
    const volume = quarterTurns(tf.range(0, 12).reshape([1, 2, 3, 2, 1]), 1);
    assert.deepEqual(volume.shape, [1, 3, 2, 2, 1], form);
    assert.deepEqual(Array.from(await volume.data()), [4, 5, 10, 11, 2, 3, 8, 9, 0, 1, 6, 7], form);
  }));

const network = unet({ channels: 1, classes: 3 });
const first = (seed = 0) => network.init(stream(seed, "init"));

/** A network's mode in training at the first step. */
const modeOf = (seed: number, name: string, ...pass: string[]) => ({
  training: true,
  track: false,
  masks: maskSeeds(seed, name, 0, ...pass),
});

test("the loss is ½(Dice + CE) and the mean squared difference between what is said of the turned image and what is said of the image, turned", async () => {
  const given = batch(0);
  const seed = 5; // one quarter turn at the first step
  const turns = stream(seed, "turns", 0).integer(0, 4);
  assert.equal(turns, 1);
  const { unlabeled } = parts(given.image, given);
  const said = network.apply(first(seed), given.image, modeOf(seed, "student")).logits;
  const ofTurned = network.apply(first(seed), quarterTurns(unlabeled, turns), modeOf(seed, "student", "turned")).logits;
  const consistency = meanSquareOf(
    await softmaxRows(ofTurned),
    await softmaxRows(quarterTurns(parts(said, given).unlabeled, turns)),
  );
  const supervised = supervisedOf((await softmaxRows(said)).slice(0, 512), given.arrays.label);
  const [found] = await run(trial("dct", { seed, options: { weight: 30, ramp: 0, passes: "joint" } }), 1);
  assertClose([found.supervised, found.consistency], [supervised, consistency], 1e-5, "terms");
  assertClose([found.loss], [supervised + 30 * consistency], 1e-5, "loss");
});

/** Two networks, and what they say of the first batch at the start, both parts in one pass. */
async function twoViews() {
  const given = batch(0);
  const networks = [
    { params: first(), name: "student" },
    { params: network.init(stream(0, "init", "second")), name: "second" },
  ];
  const on = ({ params, name }: (typeof networks)[0], image: tf.Tensor, ...pass: string[]) =>
    network.apply(params, image, modeOf(0, name, ...pass)).logits;
  const fooled = networks.map(({ params }) =>
    fastGradientSign(given.image, (image) => {
      const { logits } = network.apply(params, image, { training: true, track: false });
      const { labeled, unlabeled } = parts(logits, given);
      return meanCrossEntropy(labeled, given.label).add(pseudoSupervision(unlabeled, unlabeled));
    }),
  );
  const [one, other] = networks;
  const rows = {
    images: await Promise.all([on(one, given.image), on(other, given.image)].map(softmaxRows)),
    adversarial: await Promise.all(
      [on(one, fooled[1], "adversarial"), on(other, fooled[0], "adversarial")].map(softmaxRows),
    ),
  };
  return { given, rows };
}

/** Mean over pixels of −Σ p ln q. */
const crossEntropyTo = (p: Rows, q: Rows) =>
  mean(p.map((row, pixel) => row.reduce((sum, value, of) => sum - value * Math.log(q[pixel][of]), 0)));

/** H(p̄) − ½(H(p₁) + H(p₂)), mean over pixels. */
function divergenceOf(p: Rows, q: Rows): number {
  const middle = p.map((row, pixel) => row.map((value, of) => (value + q[pixel][of]) / 2));
  return crossEntropyTo(middle, middle) - (crossEntropyTo(p, p) + crossEntropyTo(q, q)) / 2;
}

test("of two views the loss is that on labels of both, their divergence on unlabelled images, and what each says of the images that fool the other", async () => {
  const { given, rows } = await twoViews();
  const supervised = rows.images.map((said) => supervisedOf(said.slice(0, 512), given.arrays.label));
  const agreement = divergenceOf(rows.images[0].slice(512), rows.images[1].slice(512));
  const difference =
    crossEntropyTo(rows.images[0], rows.adversarial[1]) + crossEntropyTo(rows.images[1], rows.adversarial[0]);
  const options = { variant: "twoView", weight: 10, difference: 0.05, ramp: 0, passes: "joint" };
  const [found] = await run(trial("dct", { options }), 1);
  const labeled = supervised[0] + supervised[1];
  assertClose([found.supervised, found.agreement, found.difference], [labeled, agreement, difference], 1e-4, "terms");
  assertClose([found.loss], [labeled + 10 * agreement + 0.5 * difference], 1e-4, "loss");
});

test("images that fool a network raise its loss", async () => {
  const given = batch(0);
  const params = first();
  const loss =
    ({ label }: Batch) =>
    (image: tf.Tensor) =>
      meanCrossEntropy(
        parts(network.apply(params, image, { training: true, track: false }).logits, given).labeled,
        label,
      );
  const fooling = fastGradientSign(given.image, loss(given));
  const [before, after] = [given.image, fooling].map(loss(given));
  assert.ok((await after.data())[0] > (await before.data())[0]);
});

const parted = (name: string) => ["down", "out", "up"].map((part) => `${name}/${part}`);

test("labels and each part of the consistency reach all of the network, or of both", async () => {
  const alone = { scale: 0, weight: 1, ramp: 0 };
  const both = [...parted("model"), ...parted("second")];
  for (const options of [{ weight: 0 }, { ...alone }])
    for (const variant of ["rotation", "twoView"])
      assert.deepEqual(
        await movedBy("dct", { ...options, difference: 0, variant }),
        variant === "twoView" ? both : parted("model"),
      );
  assert.deepEqual(await movedBy("dct", { ...alone, weight: 1e-3, difference: 1e3, variant: "twoView" }), both);
});

test("without consistency the first network is the one trained alone", async () => {
  const weights = async (trainer: ReturnType<typeof trial>) => {
    const all = Object.entries(await values(trainer, "model/"));
    return Object.fromEntries(all.filter(([path]) => !/norm\.(mean|variance)/.test(path))); // the turned images move the running statistics
  };
  const plain = trial("meanTeacher", { network: narrow, options: { weight: 0 } });
  await run(plain, 4);
  for (const variant of ["rotation", "twoView"]) {
    const trainer = trial("dct", { network: narrow, options: { weight: 0, variant } });
    await run(trainer, 4);
    assert.deepEqual(await weights(trainer), await weights(plain), variant);
  }
});

test("what is changed to fool a network leaves the running statistics alone", async () => {
  const [one, other] = [
    trial("dct", { network: narrow, options: { variant: "twoView" } }),
    trial("cps", { network: narrow }),
  ];
  for (const trainer of [one, other]) await run(trainer, 1);
  for (const [path, found] of Object.entries(await values(one)).filter(([path]) => /norm\.(mean|variance)/.test(path)))
    assert.deepEqual(found, await other.variables[path].data(), path);
});

test("the weight of the consistency rises as in SSL4MIS", async () => {
  for (const variant of ["rotation", "twoView"]) {
    const trainer = trial("dct", { network: narrow, steps: 12, options: { variant, weight: 5, ramp: 0.5 } });
    for (const [step, { loss, supervised, ...terms }] of (await run(trainer, 8)).entries()) {
      const consistency = terms.consistency ?? terms.agreement + 0.05 * terms.difference;
      assertClose([loss], [supervised + rampUp(step, { max: 5, length: 6 }) * consistency], 1e-5, `step ${step}`);
    }
  }
});

test("two views keep the contract too: the same bits when continued, and no tensor stays behind", async () => {
  const options = { network: narrow, options: { variant: "twoView" } };
  const [whole, continued] = [trial("dct", options), trial("dct", options)];
  await run(whole, 2);
  const before = tf.memory().numTensors;
  for (const [path, variable] of Object.entries(continued.variables)) variable.assign(whole.variables[path]);
  assert.deepEqual(await run(continued, 2, {}, 2), await run(whole, 2, {}, 2));
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual(await values(continued), await values(whole));
});

test("in its paper there are two networks, as released one and its rotations", () => {
  const of = (protocol: "lab" | "paper" | "released") => {
    const { variant, weight, ramp, difference, passes } = resolveConfig({ method: "dct", protocol }).options;
    return [variant, weight, ramp, difference, passes];
  };
  assert.deepEqual(of("lab"), ["rotation", 0.1, 1, 0.05, "separate"]);
  assert.deepEqual(of("paper"), ["twoView", 10, 80 / 600, 0.05, "separate"]);
  assert.deepEqual(of("released"), ["rotation", 0.1, 1, 0.05, "joint"]);
});
