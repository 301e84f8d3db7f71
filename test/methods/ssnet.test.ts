import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { gatherRows } from "../../lib/engine/ops/gather.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { type Mlp, mlp } from "../../lib/heads/mlp.js";
import { adversarialDirection, unitImages } from "../../lib/losses/adversarial.js";
import { attention, classSeparation } from "../../lib/losses/classSeparation.js";
import { softDice } from "../../lib/losses/softDice.js";
import { classMemory } from "../../lib/methods/ssnet/memory.js";
import { pixelsByClass, type Separation, separationTerm } from "../../lib/methods/ssnet/separation.js";
import { registerNetwork } from "../../lib/networks/index.js";
import type { Output } from "../../lib/networks/network.js";
import { unet } from "../../lib/networks/unet.js";
import { vnet } from "../../lib/networks/vnet.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose, dot, norm, sizeOf } from "../engine/numbers.js";
import { run, type Trial, trial, values } from "./trial.js";

before(() => startEngine());

const draw = (shape: number[], ...name: (string | number)[]) => {
  const rng = stream(0, ...name);
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    shape,
  );
};

// Two distributions over three classes of four pixels, two of each image; plain Python:
// S = lambda a, b, c: sum(x[c]*y[c] for x, y in zip(a, b))
// sum(1 - 2*S(p,q,c)/(S(p,p,c) + S(q,q,c)) for c in range(3))/3, 1 - 2*sum(S(p,q,c) for c in range(3))/8
test("the smoothness is the Dice of two distributions, of each class with squares or of all at once", () =>
  inEveryForm(async (form) => {
    const p = tf.tensor([0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4, 0.05, 0.05, 0.9], [2, 1, 2, 3]);
    const q = tf.tensor([0.6, 0.3, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.7, 0.5, 0.25, 0.25], [2, 1, 2, 3]);
    assertClose(await softDice(p, q).data(), [0.223138367270195], 1e-6, `${form}: squared`);
    assertClose(await softDice(p, q, { form: "plain" }).data(), [0.606875], 1e-6, `${form}: plain`);
    const [equal] = await softDice(p, p).data();
    assert.ok(Math.abs(equal) < 1e-6, `${form}: ${equal}`);
  }));

// cos of (3,4), (1,0), (−1,1) with (0,2) is 0.8, 0, √½, with (5,12) it is 63/65, 5/13, 7/(13√2):
// sum((1 - cos(u,m))*a*b for u, a in zip(pixels, a) for m, b in zip(memory, b))/6, and the same without a and b
test("the separation is the mean over pixels and memory of 1 − cosine, with both weights", () =>
  inEveryForm(async (form) => {
    const pixels = tf.tensor2d([3, 4, 1, 0, -1, 1], [3, 2]);
    const memory = tf.tensor2d([0, 2, 5, 12], [2, 2]);
    const weighted = classSeparation(pixels, memory, {
      pixels: tf.tensor2d([0.5, 1, 1.5], [3, 1]),
      memory: tf.tensor2d([0.6, 1.4], [2, 1]),
    });
    assertClose(await weighted.data(), [0.5178510381625019], 1e-6, form);
    const plain = classSeparation(pixels, memory, { pixels: tf.ones([3, 1]), memory: tf.ones([2, 1]) });
    assertClose(await plain.data(), [0.4597162099521673], 1e-6, form);
    // σ of −1, 0 and 2 over their mean
    const weights = attention(tf.tensor2d([-1, 0, 2], [3, 1]));
    assertClose(await weights.data(), [0.4890619115871477, 0.9092350094229678, 1.6017030789898847], 1e-6, form);
  }));

/** A tiny U-Net in training mode as a divergence from what it says of an image. */
function tiny() {
  const network = unet({ channels: 1, classes: 3, widths: [4, 6], dropouts: [0, 0] });
  const params = network.init(stream(1, "tiny"));
  const image = draw([2, 8, 8, 1], "tiny image");
  const see = (given: tf.Tensor) =>
    tf.softmax(network.apply(params, given, { training: true, track: false }).logits) as tf.Tensor;
  const target = see(image);
  return { image, divergence: (given: tf.Tensor) => softDice(see(given), target) };
}

// The divergence has kinks (leaky ReLU, max-pooling) too near for small differences in float32: so they are summed along a line.
test("the gradients with respect to the image add up, along a line, to the rise of the divergence", () =>
  inEveryForm(async (form) => {
    const { image, divergence } = tiny();
    const [value] = await divergence(image).data();
    const line = draw(image.shape, "line", 0).mul(0.5);
    const along = await line.data();
    const points = 100; // each kink between two of them leaves an error
    let sum = 0;
    for (let i = 0; i < points; i++) {
      const at = image.add(line.mul((i + 0.5) / points));
      const { terms, gradients } = lossAndGradients([at], () => ({ divergence: divergence(at) }));
      sum += dot(await gradients[0].data(), along) / points;
      tf.dispose([at, terms, gradients]);
    }
    assertClose([sum], [(await divergence(image.add(line)).data())[0] - value], 5e-4, form);
  }));

test("each image's step has length 1, whatever the others are; an image of zeros stays", () =>
  inEveryForm(async (form) => {
    const images = tf.concat([draw([1, 4, 5, 2], 0), draw([1, 4, 5, 2], 1).mul(100), tf.zeros([1, 4, 5, 2])]);
    const scaled = await unitImages(images).data();
    const lengths = [0, 1, 2].map((k) => norm(scaled.subarray(40 * k, 40 * (k + 1))));
    assertClose(lengths, [1, 1, 0], 1e-6, form);
    assertClose(await unitImages(images.slice([1], [1])).data(), scaled.subarray(40, 80), 1e-6, form);
  }));

test("along the adversarial direction the answers change more than along any of ten random ones of its length", () =>
  inEveryForm(async (form) => {
    const { image, divergence } = tiny();
    const direction = adversarialDirection(image, divergence, { probe: 1, seed: [3, 4] });
    const rise = async (along: tf.Tensor) => (await divergence(image.add(along.mul(2))).data())[0];
    const worst = await rise(direction);
    for (let k = 0; k < 10; k++) {
      const other = await rise(unitImages(draw(image.shape, "random", k)));
      assert.ok(worst > 1.5 * other, `${form}: ${worst} against ${other}`);
    }
    const again = adversarialDirection(image, divergence, { probe: 1, seed: [3, 4] });
    assert.deepEqual(await again.data(), await direction.data(), form);
  }));

test("of more vectors than fit the memory keeps those with the lowest scores; a class without any keeps what it had", async () => {
  const memory = classMemory({ classes: 3, capacity: 2, width: 1 });
  const refill = (of: number, vectors: number[], scores: number[]) => ({
    key: of,
    value: { vectors: tf.tensor2d(vectors, [vectors.length, 1]), scores: () => tf.tensor1d(scores) },
  });
  const fill = async (...refills: ReturnType<typeof refill>[]) => {
    const counts = memory.refill(new Map(refills.map(({ key, value }) => [key, value])), await memory.counts());
    assert.deepEqual(await memory.counts(), counts);
    return Promise.all([1, 2].map(async (of) => Array.from(await memory.vectors(of, counts[of]).data())));
  };
  assert.deepEqual(await fill(refill(1, [10, 11, 12, 13], [0.5, -3, 2, -1]), refill(2, [20], [9])), [[11, 13], [20]]);
  assert.deepEqual(await fill(refill(2, [21, 22], [1, 0])), [
    [11, 13],
    [21, 22],
  ]);
  assert.deepEqual(await fill(refill(1, [14], [7])), [[14], [21, 22]]);
});

const labels = Int32Array.from({ length: 60 }, (_, i) => (i % 7 === 0 ? -1 : i % 3));
const setup = { seed: 0, classes: 3, channels: 4, capacity: 5, memoryWeights: "learned" } as const;

/** One of the heads by its path. */
function headOf({ variables }: Pick<Separation, "variables">, path: string): Mlp {
  const at = (name: string) => variables[`separation/${path}.${name}`];
  return {
    first: { weight: at("first.weight"), bias: at("first.bias") },
    norm: {
      scale: at("norm.scale"),
      offset: at("norm.offset"),
      mean: at("norm.mean"),
      variance: at("norm.variance"),
    },
    second: { weight: at("second.weight"), bias: at("second.bias") },
  };
}

test("the memory gets projections, in evaluation mode, of the foreground pixels that are listed, and no others", async () => {
  const separate = separationTerm({ ...setup, capacity: 100 });
  const features = draw([60, 4], "features");
  const isRight = (pixel: number) => pixel % 2 === 0;
  const correct = pixelsByClass(labels, 3, isRight);
  const counts = await separate.refill(features, correct);
  const all = await mlp(features, headOf(separate, "projection"), { training: false }).array();
  const expected = [1, 2].map((of) =>
    Array.isArray(all) ? all.filter((_, pixel) => labels[pixel] === of && isRight(pixel)).flat() : [],
  );
  assert.deepEqual(Array.from(counts), [0, ...expected.map(({ length }) => length / 32)]);
  assert.ok(!("memory/0" in separate.variables));
  for (const [at, rows] of expected.entries()) {
    const kept = separate.variables[`memory/${at + 1}`];
    const padded = Float32Array.from({ length: kept.size }, (_, i) => Number(rows[i] ?? 0));
    assertClose(await kept.data(), padded, 1e-6, `class ${at + 1}`);
  }
});

/** L_c of some features with its gradients, and what it should be with the selectors' weights as constants. */
async function separated(memoryWeights: "learned" | "one") {
  const separate = separationTerm({ ...setup, memoryWeights });
  const features = draw([60, 4], "features");
  const pixels = pixelsByClass(labels, 3);
  const counts = await separate.refill(features, pixels);
  const head = (path: string) => headOf(separate, path);
  const train = { training: true, track: false };
  const predict = (rows: tf.Tensor) => mlp(mlp(rows, head("projection"), train), head("prediction"), train);
  const own = (rows: tf.Tensor, of: number) => gatherRows(predict(rows), tf.tensor1d(pixels[of], "int32"));
  const memories = [1, 2].map((of) => separate.variables[`memory/${of}`]);
  const weights = memories.map((memory, at) => ({
    pixels: attention(mlp(own(features, at + 1), head(`selectors.pixels.${at + 1}`), { ...train, slope: 0.2 })),
    memory:
      memoryWeights === "one"
        ? tf.ones([5, 1])
        : attention(
            mlp(memory.div(memory.norm("euclidean", 1, true)), head(`selectors.memory.${at + 1}`), {
              ...train,
              slope: 0.2,
            }),
          ),
  }));
  const expected = lossAndGradients([features], () => ({
    loss: tf
      .addN(memories.map((memory, at) => classSeparation(own(features, at + 1), memory, weights[at])))
      .div<tf.Scalar>(3),
  }));
  const paths = Object.keys(separate.trained);
  const found = lossAndGradients([features, ...Object.values(separate.trained)], () => ({
    loss: separate.loss(features, pixels, counts),
  }));
  const reached: string[] = [];
  for (const [i, path] of paths.entries())
    if (norm(await found.gradients[i + 1].data()) > 1e-6) reached.push(path.replace("separation/", ""));
  return { found, expected, reached };
}

for (const memoryWeights of ["learned", "one"] as const)
  test(`the selectors weigh features without moving them, and learn where they weigh (memory weights: ${memoryWeights})`, async () => {
    const { found, expected, reached } = await separated(memoryWeights);
    assertClose(await found.terms.loss.data(), await expected.terms.loss.data(), 1e-5, "loss");
    assertClose(await found.gradients[0].data(), await expected.gradients[0].data(), 1e-4, "gradient of the features");
    const kinds = memoryWeights === "learned" ? ["pixels", "memory"] : ["pixels"];
    const selectors = kinds.flatMap((kind) => [1, 2].map((of) => `selectors.${kind}.${of}`)); // no 0: the background
    const parts = ["first.weight", "norm.scale", "norm.offset", "second.weight", "second.bias"]; // the first bias cancels in the normalisation
    const wanted = ["projection", "prediction", ...selectors].flatMap((head) => parts.map((part) => `${head}.${part}`));
    // nothing but a shift of all predictions follows from the projection's last bias, and the next normalisation cancels it
    assert.deepEqual(new Set(reached), new Set(wanted.filter((path) => path !== "projection.second.bias")));
  });

test("a class needs two pixels and two vectors; without any the separation is 0", async () => {
  const separate = separationTerm(setup);
  const features = draw([60, 4], "features");
  const of = pixelsByClass(labels, 3);
  const loss = async (pixels: Int32Array[], counts: number[]) =>
    (await separate.loss(features, pixels, Int32Array.from(counts)).data())[0];
  await separate.refill(features, of);
  assert.ok((await loss(of, [0, 5, 5])) > (await loss(of, [0, 5, 1])));
  assert.equal(await loss(of, [0, 1, 0]), 0);
  assert.equal(await loss([of[0], of[1].subarray(0, 1), of[2].subarray(0, 0)], [0, 5, 5]), 0);
});

/** One step on labels of one class alone; how many vectors of each class the memory holds then. */
async function filledBy(trainer: Trial, of: number): Promise<number[]> {
  const given = trainer.batch(0);
  const label = tf.fill(given.label.shape, of, "int32");
  const values = Int32Array.from(given.arrays.label, () => of);
  await trainer.step({ ...given, label, arrays: { ...given.arrays, label: values } });
  return Array.from(await trainer.variables["memory/filled"].data());
}

test("background never enters the memory, and of a class only pixels that are classified as it", async () => {
  const memory = 10_000; // more than there are pixels
  assert.deepEqual(await filledBy(trial("ssnet", { options: { memory } }), 0), [0, 0, 0]);
  const counts = [];
  for (const of of [1, 2]) {
    const filled = await filledBy(trial("ssnet", { options: { memory } }), of);
    assert.deepEqual(filled, [0, of === 1 ? filled[1] : 0, of === 2 ? filled[2] : 0]);
    counts.push(filled[of]);
  }
  // the same network says both, so that each of the 512 labelled pixels agrees with one of the labels, or with none
  assert.ok(counts[0] > 0 && counts[1] > 0 && counts[0] + counts[1] < 512, counts.join(" "));
});

/** The terms of a first step on volumes with a V-Net, some of whose outputs are other ones. */
async function firstOfVolumes(name: string, changed: (output: Output) => Partial<Output>) {
  const make = (of: { channels: number; classes: number }) => {
    const whole = vnet({ ...of, filters: 4 });
    const apply: typeof whole.apply = (...given) => {
      const output = whole.apply(...given);
      return { ...output, ...changed(output) };
    };
    return { ...whole, apply };
  };
  const network = registerNetwork({ name, dimensions: 3, make }).name;
  const trainer = trial("ssnet", { network, imageSize: [16, 16, 16] });
  const [terms] = await run(trainer, 1);
  trainer.dispose();
  return terms;
}

test("what is separated is the map that the logits are made of, of a V-Net behind its dropout", async () => {
  const usual = await firstOfVolumes("usual", () => ({}));
  assert.ok(usual.separation > 0);
  assert.deepEqual(await firstOfVolumes("withoutMaps", () => ({ features: [], steps: [] })), usual);
  const before = await firstOfVolumes("beforeDropout", ({ features }) => ({ last: features[features.length - 1] }));
  assert.notEqual(before.separation, usual.separation);
});

test("the loss is the supervised one plus the ramped smoothness and tenth of the separation", async () => {
  const trainer = trial("ssnet", { steps: 12, options: { weight: 5, ramp: 0.5, stairs: 3 } });
  for (const [step, { loss, supervised, smoothness, separation }] of (await run(trainer, 8)).entries()) {
    const weight = rampUp(step, { max: 5, length: 6, stairs: 3 });
    assertClose([loss], [supervised + weight * (smoothness + 0.1 * separation)], 1e-6, `step ${step}`);
    assert.ok(smoothness > 0 && separation > 0, `step ${step}: ${smoothness}, ${separation}`);
  }
});

test("the form of the Dice is that of the labels' where it stands alone, and the usual one beside cross entropy", async () => {
  const learned = async (options: object) => (await run(trial("ssnet", { options }), 1))[0].supervised;
  for (const [supervised, isAlike] of [
    ["diceCrossEntropy", true],
    ["dice", false],
  ] as const) {
    const [squared, plain] = [await learned({ supervised }), await learned({ supervised, dice: "plain" })];
    assert.equal(squared === plain, isAlike, `${supervised}: ${squared} and ${plain}`);
  }
});

/** The network's running statistics after one step. */
async function runningStatistics(trainer: Trial) {
  await run(trainer, 1);
  const model = Object.entries(await values(trainer, "model/"));
  return Object.fromEntries(model.filter(([path]) => /mean|variance/.test(path)));
}

test("the passes of the smoothness move no running statistics, unless the target's is to, as released", async () => {
  for (const passes of ["joint", "separate"] as const) {
    const once = await runningStatistics(trial("meanTeacher", { options: { passes } })); // a student that sees each image once
    assert.deepEqual(await runningStatistics(trial("ssnet", { options: { passes } })), once);
    assert.notDeepEqual(await runningStatistics(trial("ssnet", { options: { passes, target: "tracked" } })), once);
  }
});

test("in released form it is trained by Dice alone and constant rates, on volumes by plain Dice and steps", () => {
  const of = (protocol: "lab" | "released", benchmark: string) => {
    const given: PartialConfig = { method: "ssnet", protocol, benchmark, preset: "full" };
    const { options, steps, optimizer } = resolveConfig(given);
    return [
      options.supervised,
      options.dice,
      options.magnitude,
      options.weight,
      options.memoryWeights,
      steps,
      optimizer.schedule,
    ];
  };
  assert.deepEqual(of("lab", "acdc"), ["diceCrossEntropy", "squared", 6, 0.1, "learned", 30_000, "poly"]);
  assert.deepEqual(of("released", "acdc"), ["dice", "squared", 6, 0.1, "one", 30_000, "constant"]);
  assert.deepEqual(of("released", "la"), ["dice", "plain", 10, 1, "one", 15_000, "step"]);
});
