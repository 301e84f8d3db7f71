import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { stream } from "../../lib/engine/random.js";
import * as tf from "../../lib/engine/tf.js";
import type { ViewRecipe } from "../../lib/images/augment/views.js";
import { methods } from "../../lib/methods/index.js";
import type { Batch, Predictor, Setup, Trainer } from "../../lib/methods/method.js";
import { defaultsOf, merged } from "../../lib/methods/options.js";
import { type RawBatch, viewsOf } from "../../lib/training/batches/batch.js";
import { disposeBatch, toBatch } from "../../lib/training/loop.js";

/** A method's trainer for small images, with the batches that it wants. */
export interface Trial extends Omit<Trainer, "predict">, Predictor {
  batch(step: number, options?: { unlabeled?: number; size?: number }): Batch;
}

/** A method's trainer for small images. */
export function trial(
  name: string,
  {
    steps = 8,
    seed = 0,
    options = {},
    ...more
  }: { steps?: number; seed?: number; options?: object } & Pick<Setup<object>, "observe" | "start"> = {},
): Trial {
  const method = methods[name];
  const setup: Setup<object> = {
    seed,
    steps,
    protocol: "lab",
    options: method.options.parse(merged(defaultsOf(method), options)),
    network: "unet",
    optimizer: { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4, schedule: "poly" },
    channels: 1,
    classes: 3,
    imageSize: [16, 16],
    ...more,
  };
  const views = method.views?.(setup.options) ?? {};
  const trainer = method.create(setup);
  const predict = trainer.predict ?? (() => assert.fail(`${name} predicts nothing`));
  const { labeled, unlabeled } = countsOf(name);
  return {
    ...trainer,
    predict,
    batch: (step, options) => batch(step, { labeled, unlabeled, views, seed, ...options }),
  };
}

/** Two labelled images and, for a method that looks at them, two unlabelled ones: a bright square on noise, class 1 its left half, class 2 its right. */
export function batch(
  step: number,
  {
    labeled = 2,
    unlabeled = 2,
    size = 16,
    seed = 0,
    views = {},
  }: {
    labeled?: number;
    unlabeled?: number;
    size?: number;
    seed?: number;
    views?: Readonly<Record<string, ViewRecipe>>;
  } = {},
): Batch {
  const rng = stream(0, "trial", step);
  const pixels = size * size;
  const label = new Int32Array((labeled + unlabeled) * pixels);
  const image = new Float32Array(label.length);
  for (let k = 0; k < labeled + unlabeled; k++) {
    const [top, left] = [rng.integer(0, size / 2), rng.integer(0, size / 2)];
    for (let i = 0; i < pixels; i++) {
      const [y, x] = [Math.floor(i / size) - top, (i % size) - left];
      if (y >= 0 && x >= 0 && y < size / 2 && x < size / 2) label[k * pixels + i] = x < size / 4 ? 1 : 2;
      image[k * pixels + i] = label[k * pixels + i] + 0.3 * rng.normal();
    }
  }
  const raw: Omit<RawBatch, "views"> = {
    step,
    image,
    imageShape: [labeled + unlabeled, size, size, 1],
    label: label.subarray(0, labeled * pixels),
    labelShape: [labeled, size, size],
    labeled,
    unlabeled,
    examples: Array.from({ length: labeled + unlabeled }, (_, i) => ({
      id: String(i),
      case: String(i),
      slice: 0,
      slices: 1,
    })),
  };
  return toBatch({ ...raw, views: viewsOf(raw, views, seed) });
}

/** How many images of each kind a method's batch has. */
export const countsOf = (name: string) =>
  methods[name].labeled ? { labeled: 2, unlabeled: methods[name].unlabeled ? 2 : 0 } : { labeled: 0, unlabeled: 4 };

/** Takes a number of steps; gives the terms of each. */
export async function run(
  trainer: Trial,
  steps: number,
  options: Parameters<Trial["batch"]>[1] = {},
  from = 0,
): Promise<Record<string, number>[]> {
  const rows: Record<string, number>[] = [];
  for (let step = from; step < from + steps; step++) {
    const given = trainer.batch(step, options);
    const terms = await trainer.step(given);
    const row: Record<string, number> = {};
    for (const [name, term] of Object.entries(terms)) row[name] = (await term.data())[0];
    rows.push(row);
    disposeBatch(given);
    tf.dispose(terms);
  }
  return rows;
}

/** The numbers of every variable whose name begins with a prefix, by name. */
export async function values(trainer: Trainer, prefix = ""): Promise<Record<string, Float32Array>> {
  const chosen = Object.entries(trainer.variables).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    await Promise.all(chosen.map(async ([name, variable]) => [name, Float32Array.from(await variable.data())])),
  );
}

/** One hash of all variables. */
export async function fingerprint(trainer: Trainer): Promise<string> {
  const hash = createHash("sha256");
  for (const [name, array] of Object.entries(await values(trainer))) hash.update(name).update(array);
  return hash.digest("hex");
}
