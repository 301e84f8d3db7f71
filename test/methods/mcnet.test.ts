import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { supervised } from "../../lib/losses/supervised.js";
import { registerNetwork } from "../../lib/networks/index.js";
import { unet } from "../../lib/networks/unet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { crossEntropyOf, mean, type Rows, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy, plainTrainer } from "./plainDescent.js";
import { batch, run, trial } from "./trial.js";

before(() => startEngine());

test("its two decoders have different upsampling and share an encoder: the 2,577,624 parameters of the released network for four classes", () => {
  const kernels = (axes: number) => {
    const { variables, dispose } = plainTrainer("mcnet", {}, { axes, classes: 4 });
    const trained = Object.values(variables).filter(({ trainable }) => trainable);
    const sizes = trained.reduce((sum, { size }) => sum + size, 0);
    const shapes = ["model", "second"].map((name) => variables[`${name}/up.0.conv.weight`].shape);
    dispose();
    return { sizes, shapes };
  };
  const slices = kernels(2);
  assert.equal(slices.sizes, 2_577_624);
  assert.deepEqual(slices.shapes, [
    [1, 1, 256, 128], // [height, width, in, out] in front of a bilinear resize
    [2, 2, 128, 256], // [height, width, out, in], transposed
  ]);
  assert.deepEqual(kernels(3).shapes, [
    [2, 2, 2, 128, 256], // transposed
    [3, 3, 3, 256, 128], // behind a trilinear resize
  ]);
});

/** What the two decoders say of the first batch at the start, both parts in one pass. */
async function firstPredictions(): Promise<Rows[]> {
  const { encoder, decoder } = unet({ channels: 1, classes: 3 });
  const other = unet({ channels: 1, classes: 3, upsampling: "transposed" }).decoder;
  const rng = stream(0, "init");
  const main = { ...encoder.init(rng), ...decoder.init(rng) };
  const mode = { training: true, track: false, masks: maskSeeds(0, "student", 0) };
  const maps = encoder.apply(main, batch(0).image, mode);
  const second = other.init(stream(0, "init", "second"));
  return Promise.all(
    [decoder.apply(main, maps, mode), other.apply(second, maps, mode)].map(({ logits }) => softmaxRows(logits)),
  );
}

/** S(p). */
const sharp = (p: number) => p ** 10 / (p ** 10 + (1 - p) ** 10);

test("both decoders learn from labels, and on all images each from what the other's prediction is when sharpened", async () => {
  const [first, second] = await firstPredictions();
  const { label } = batch(0).arrays;
  const differences = (one: Rows, other: Rows) =>
    mean(one.flatMap((row, pixel) => row.map((p, of) => (p - sharp(other[pixel][of])) ** 2)));
  const consistency = differences(first, second) + differences(second, first);
  const labeled = [first, second].map((rows) => rows.slice(0, 512));
  const both = labeled.map((rows) => supervisedOf(rows, label)); // ½(Dice + cross entropy)
  const dices = labeled.map((rows, at) => 2 * both[at] - crossEntropyOf(rows, label));
  for (const [kind, dice, scale, expected] of [
    ["diceCrossEntropy", "squared", 0.5, both[0] + both[1]],
    ["diceCrossEntropy", "plain", 0.5, both[0] + both[1]], // the form is of the Dice that stands alone
    ["dice", "squared", 1, dices[0] + dices[1]],
  ] as const) {
    const options = { supervised: kind, dice, scale, weight: 3, ramp: 0, passes: "joint" };
    const [found] = await run(trial("mcnet", { options }), 1);
    assertClose([found.supervised, found.consistency], [expected, consistency], 1e-5, kind);
    assertClose([found.loss], [expected + 3 * consistency], 1e-5, `${kind}: loss`);
  }
});

/** The Dice of slices in the released code (`utils/losses.py`), which has no factor 2. */
function releasedDice(logits: tf.Tensor, label: tf.Tensor): tf.Scalar {
  const [p, y] = [tf.softmax(logits), tf.oneHot(label as tf.Tensor1D, 3).cast("float32")];
  const over = (of: tf.Tensor) => of.sum([0, 1, 2]);
  return tf.sub(1, over(p.mul(y)).div(over(p.square()).add(over(y.square())).add(1e-10))).mean();
}

test("released, on slices, the labels teach as the authors' Dice does, whose value is ½ more", async () => {
  const { options } = resolveConfig({ method: "mcnet", protocol: "released", benchmark: "acdc" });
  const { label } = batch(0);
  const logits = tf.randomNormal([2, 16, 16, 3], 0, 1, "float32", 1);
  const learned = { of: "dice", scale: Number(options.scale), dice: { form: "squared", epsilon: 1e-10 } } as const;
  const [ours, theirs] = [supervised(logits, label, learned), releasedDice(logits, label)];
  assertClose([(await ours.data())[0] + 0.5], await theirs.data(), 1e-6, "value");
  const gradients = [
    lossAndGradients([logits], () => ({ loss: supervised(logits, label, learned) })),
    lossAndGradients([logits], () => ({ loss: releasedDice(logits, label) })),
  ].map(({ gradients: [one] }) => one.data());
  const [found, expected] = await Promise.all(gradients);
  assertClose(found, expected, 1e-6, "gradient");
});

test("labels and consistency reach the encoder and both decoders", async () => {
  const all = ["model/down", "model/out", "model/up", "second/out", "second/up"];
  assert.deepEqual(await movedBy("mcnet", { weight: 0 }), all);
  for (const passes of ["joint", "separate"])
    assert.deepEqual(await movedBy("mcnet", { scale: 0, weight: 1, ramp: 0, passes }), all);
});

test("the consistency's weight rises in stairs", async () => {
  const trainer = trial("mcnet", { network: narrow, steps: 12, options: { weight: 5, ramp: 0.5, stairs: 3 } });
  for (const [step, { loss, supervised, consistency }] of (await run(trainer, 8)).entries()) {
    assertClose([loss], [supervised + rampUp(step, { max: 5, length: 6, stairs: 3 }) * consistency], 1e-6, `${step}`);
    assert.ok(consistency > 0);
  }
});

test("a network without another decoder is a Problem", () => {
  const { name } = registerNetwork({
    name: "single",
    dimensions: 2,
    make: (of) => ({ ...unet({ ...of, widths: [4, 4] }), otherDecoder: undefined }),
  });
  assert.throws(() => trial("mcnet", { network: name }), { name: "Problem", message: /"single".*otherDecoder/ });
});

test("as published it learns from Dice alone, released on slices from half of it, on volumes from plain Dice by half and with a tenfold weight that is full after 6,000 of 15,000 steps", () => {
  const of = (protocol: "lab" | "paper" | "released", benchmark: string) => {
    const given: PartialConfig = { method: "mcnet", protocol, benchmark, preset: "full" };
    const { options, steps, optimizer } = resolveConfig(given);
    const { supervised, scale, dice, weight, ramp, stairs, passes } = options;
    return [supervised, scale, dice, weight, ramp, stairs, passes, steps, optimizer.schedule];
  };
  const [slices, volumes] = [
    [0.1, 1, 200],
    [1, 0.4, 40],
  ];
  assert.deepEqual(of("lab", "acdc"), ["diceCrossEntropy", 0.5, "squared", ...slices, "separate", 30_000, "poly"]);
  assert.deepEqual(of("paper", "acdc"), ["dice", 1, "squared", ...slices, "joint", 30_000, "step"]);
  assert.deepEqual(of("released", "acdc"), ["dice", 0.5, "squared", ...slices, "joint", 30_000, "constant"]);
  assert.deepEqual(of("released", "la"), ["dice", 0.5, "plain", ...volumes, "joint", 15_000, "constant"]);
  assert.equal(of("lab", "la").at(-2), 6_000, "as long as all others of the table");
});
