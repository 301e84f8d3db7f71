import assert from "node:assert/strict";
import { before, test } from "node:test";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { normalNoise } from "../../lib/engine/ops/noise.js";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { networks } from "../../lib/networks/index.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { mean, meanSquareOf, type Rows, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy } from "./plainDescent.js";
import { batch, run, type Trial, trial, values } from "./trial.js";

before(() => startEngine());

/** A filter of the teacher's last convolution that makes it sure of some pixels and unsure of others. */
const sharp = (filter: tf.Tensor) => filter.mul(6);

/** A trainer with such a teacher. */
function withSharpTeacher(options: object): Trial {
  const trainer = trial("uamt", { network: narrow, steps: 10, options });
  const filter = trainer.variables["teacher/out.weight"];
  filter.assign(sharp(filter));
  return trainer;
}

/** What student and teacher say of a step's images with the weights of the start, both parts in one pass; and the mean of the teacher's eight further predictions. */
async function predictionsAt(step: number) {
  const network = networks[narrow].make({ channels: 1, classes: 3 });
  const params = network.init(stream(0, "init"));
  const { image, arrays } = batch(step);
  const unlabeled = image.slice(2);
  const logits = (images: tf.Tensor, masks: ReturnType<typeof maskSeeds>) =>
    network.apply(params, images, { training: true, track: false, masks }).logits;
  const student = await softmaxRows(logits(image, maskSeeds(0, "student", step)));
  const filter = flatten(params)["out.weight"];
  filter.assign(sharp(filter));
  const teacher = (images: tf.Tensor, ...pass: (string | number)[]) => {
    const masks = maskSeeds(0, "teacher", step, ...pass); // the first seed is the noise's
    const noise = normalNoise(images.shape, masks()).mul(0.1).clipByValue(-0.2, 0.2);
    return softmaxRows(logits(images.add(noise), masks));
  };
  const target = await teacher(unlabeled);
  const further: Rows[] = [];
  for (let pass = 0; pass < 4; pass++) {
    const rows = await teacher(tf.concat([unlabeled, unlabeled]), "uncertainty", pass);
    further.push(rows.slice(0, 512), rows.slice(512));
  }
  const average: Rows = target.map((row, pixel) => row.map((_, of) => mean(further.map((rows) => rows[pixel][of]))));
  return { labels: arrays.label, labeled: student.slice(0, 512), unlabeled: student.slice(512), target, average };
}

test("the student is compared with the teacher where the entropy of the mean of eight predictions is below a threshold that rises from ¾ to all of ln 2 or ln C", async () => {
  for (const step of [0, 8]) {
    const { labels, labeled, unlabeled, target, average } = await predictionsAt(step);
    const entropy = average.map((row) => -row.reduce((sum, p) => sum + p * Math.log(p + 1e-6), 0));
    for (const [classes, count] of [
      ["binary", 2],
      ["C", 3],
    ] as const) {
      const threshold = (0.75 + 0.25 * Math.exp(-5 * (1 - step / 10) ** 2)) * Math.log(count);
      const kept = entropy.flatMap((value, pixel) => (value < threshold ? [pixel] : []));
      assert.ok(kept.length > 20 && kept.length < 492, `${kept.length} of 512 pixels`);
      const of = (rows: Rows) => kept.map((pixel) => rows[pixel]);
      const consistency = (meanSquareOf(of(unlabeled), of(target)) * 3) / count;
      const options = { classes, weight: 5, ramp: 0, passes: "joint" };
      const [found] = await run(withSharpTeacher(options), 1, {}, step);
      const expected = [supervisedOf(labeled, labels), consistency];
      assertClose([found.supervised, found.consistency], expected, 1e-5, `step ${step}, ${classes}`);
      assertClose([found.loss], [expected[0] + 5 * consistency], 1e-5, `step ${step}, ${classes}: loss`);
    }
  }
});

test("the Dice on labels is averaged over all classes, or over all but the background", async () => {
  const { labels, labeled } = await predictionsAt(0);
  for (const [dice, first] of [
    ["all", 0],
    ["foreground", 1],
  ] as const) {
    const [found] = await run(withSharpTeacher({ dice, passes: "joint" }), 1);
    assertClose([found.supervised], [supervisedOf(labeled, labels, first)], 1e-5, dice);
  }
});

/** The weights of a trainer's network after some steps, its running statistics left out. */
async function weightsAfter(trainer: Trial, steps: number): Promise<[string, Float32Array][]> {
  await run(trainer, steps);
  return Object.entries(await values(trainer, "model/")).filter(([path]) => !/mean|variance/.test(path));
}

test("where every pixel counts it is the mean teacher, and where none does the student is trained alone", async () => {
  const common = { network: narrow, steps: 8 };
  const strong = { weight: 50, ramp: 0 };
  const all = trial("uamt", { ...common, options: { ...strong, samples: 2, threshold: 1, classes: "C" } });
  const meanTeacher = trial("meanTeacher", { ...common, options: { ...strong, pause: 0 } });
  const expected = Object.fromEntries(await weightsAfter(meanTeacher, 3));
  for (const [path, found] of await weightsAfter(all, 3)) assertClose(found, expected[path], 1e-4, path);
  const none = trial("uamt", { ...common, steps: 10_000, options: { ...strong, samples: 2, threshold: 0 } });
  const alone = trial("meanTeacher", { ...common, steps: 10_000, options: { weight: 0 } });
  assert.deepEqual(await weightsAfter(none, 3), await weightsAfter(alone, 3));
});

test("the consistency's weight rises in stairs", async () => {
  const options = { weight: 5, ramp: 0.5, stairs: 3, threshold: 1, classes: "C", samples: 2 };
  const trainer = trial("uamt", { network: narrow, steps: 12, options });
  for (const [step, { loss, supervised, consistency }] of (await run(trainer, 8)).entries()) {
    assertClose([loss], [supervised + rampUp(step, { max: 5, length: 6, stairs: 3 }) * consistency], 1e-6, `${step}`);
    assert.ok(consistency > 0);
  }
});

test("the consistency reaches all of the student; the teacher has no optimiser and follows", async () => {
  const parts = (name: string) => ["down", "out", "up"].map((part) => `${name}/${part}`);
  const alone = { scale: 0, weight: 1, ramp: 0, threshold: 1, classes: "C", samples: 2 };
  for (const passes of ["joint", "separate"])
    assert.deepEqual(await movedBy("uamt", { ...alone, passes }), [
      ...parts("model"),
      ...parts("teacher"), // at the first step the moving average copies
    ]);
  const trainer = trial("uamt", { network: narrow });
  const velocities = Object.keys(trainer.variables).filter((path) => path.startsWith("velocity/"));
  assert.ok(velocities.length > 0 && velocities.every((path) => path.startsWith("velocity/model/")));
});

test("released it has the constants of two classes, as in its paper those of its classes; on volumes the weight rises in 40 stairs, and as published the Dice leaves the background out", () => {
  const of = (protocol: "lab" | "paper" | "released", benchmark: string) => {
    const given: PartialConfig = { method: "uamt", protocol, benchmark, preset: "full" };
    const { options, steps, optimizer } = resolveConfig(given);
    const { classes, dice, stairs, weight, passes } = options;
    return [classes, dice, stairs, weight, passes, steps, optimizer.schedule];
  };
  assert.deepEqual(of("lab", "acdc"), ["binary", "all", 200, 0.1, "separate", 30_000, "poly"]);
  assert.deepEqual(of("paper", "acdc"), ["C", "all", 200, 0.1, "joint", 30_000, "step"]);
  assert.deepEqual(of("released", "acdc"), ["binary", "all", 200, 0.1, "joint", 30_000, "poly"]);
  assert.deepEqual(of("lab", "la"), ["binary", "all", 40, 0.1, "separate", 6_000, "poly"]);
  assert.deepEqual(of("paper", "la"), ["C", "foreground", 40, 0.1, "joint", 6_000, "step"]);
  assert.deepEqual(of("released", "la"), ["binary", "foreground", 40, 0.1, "joint", 6_000, "step"]);
});
