import { tensorCount } from "../engine/memory.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import type { ViewRecipe } from "../images/augment/views.js";
import type { Batch, Method, Setup, Trainer } from "../methods/method.js";
import { defaultsOf, merged } from "../methods/options.js";
import { fixed } from "../written.js";
import { viewsOf } from "./batches/batch.js";
import { usualNetwork } from "./config/presets.js";
import { disposeBatch, toBatch } from "./loop.js";

/** A method's trainer for small images, with the batches that it wants. */
export interface Trial extends Trainer {
  batch(step: number, options?: { unlabeled?: number }): Batch;
}

/** How a trial is made. */
export interface TrialOptions
  extends Partial<Pick<Setup<object>, "observe" | "start" | "imageSize" | "channels" | "network">> {
  steps?: number;
  seed?: number;
  /** Changes to the method's options, and to the optimiser. */
  options?: object;
  optimizer?: Partial<Setup<object>["optimizer"]>;
}

/** A trainer of a method on images with three classes, of 16² unless told otherwise, or on volumes. */
export function trialOf<Options extends object>(
  method: Method<Options>,
  { steps = 8, seed = 0, options = {}, optimizer = {}, imageSize = [16, 16], channels = 1, ...more }: TrialOptions = {},
): Trial {
  const axes = imageSize.length;
  const defaults = defaultsOf(method, "lab", axes === 3 ? "volumes" : "slices");
  const complete = method.options.parse(merged(defaults, options));
  const trainer = method.create({
    seed,
    steps,
    protocol: "lab",
    options: complete,
    network: usualNetwork(axes),
    optimizer: { ...sgd, ...optimizer },
    channels,
    classes: 3,
    imageSize,
    ...more,
  });
  const counts = method.labeled ? { labeled: 2, unlabeled: method.unlabeled ? 2 : 0 } : { labeled: 0, unlabeled: 4 };
  const views = method.views?.(complete) ?? {};
  return {
    ...trainer,
    batch: (step, given) => trialBatch(step, { ...counts, views, seed, imageSize, channels, ...given }),
  };
}

const sgd: Setup<object>["optimizer"] = {
  ...{ kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false },
  ...{ weightDecay: 1e-4, schedule: "poly" },
};

/** What a batch of a trial holds. */
export interface TrialBatchOptions {
  labeled?: number;
  unlabeled?: number;
  imageSize?: readonly number[];
  channels?: number;
  seed?: number;
  views?: Readonly<Record<string, ViewRecipe>>;
}

/** Images of a bright square (volumes of a box) on noise, class 1 its left half, class 2 its right; labelled ones first. */
export function trialBatch(
  step: number,
  { labeled = 2, unlabeled = 2, imageSize = [16, 16], channels = 1, seed = 0, views = {} }: TrialBatchOptions = {},
): Batch {
  const rng = stream(0, "trial", step);
  const strides = imageSize.map((_, axis) => imageSize.slice(axis + 1).reduce((a, b) => a * b, 1));
  const pixels = imageSize[0] * strides[0];
  const count = labeled + unlabeled;
  const label = new Int32Array(count * pixels);
  const image = new Float32Array(label.length * channels);
  for (let k = 0; k < count; k++) {
    const corner = imageSize.map((length) => rng.integer(0, length / 2));
    for (let i = 0; i < pixels; i++) {
      const place = corner.map((first, axis) => (Math.floor(i / strides[axis]) % imageSize[axis]) - first);
      const isIn = place.every((at, axis) => at >= 0 && at < imageSize[axis] / 2);
      const at = k * pixels + i;
      if (isIn) label[at] = place[place.length - 1] < imageSize[place.length - 1] / 4 ? 1 : 2;
      for (let c = 0; c < channels; c++) image[at * channels + c] = label[at] + 0.3 * rng.normal();
    }
  }
  const raw = {
    step,
    image,
    imageShape: [count, ...imageSize, channels],
    label: label.subarray(0, labeled * pixels),
    labelShape: [labeled, ...imageSize],
    labeled,
    unlabeled,
    examples: Array.from({ length: count }, (_, i) => ({
      id: `${step}/${i}`,
      case: String(Math.floor(i / 4)),
      slice: i % 4,
      slices: 4,
    })),
  };
  return toBatch({ ...raw, views: viewsOf(raw, views, seed) });
}

/** Takes a number of steps; gives the terms of each. */
export async function takeTrialSteps(
  trial: Trial,
  steps: number,
  options: Parameters<Trial["batch"]>[1] = {},
  from = 0,
): Promise<Record<string, number>[]> {
  const rows: Record<string, number>[] = [];
  for (let step = from; step < from + steps; step++) {
    const batch = trial.batch(step, options);
    const terms = await trial.step(batch);
    const row: Record<string, number> = {};
    for (const [name, term] of Object.entries(terms)) row[name] = (await term.data())[0];
    rows.push(row);
    disposeBatch(batch);
    tf.dispose(terms);
  }
  return rows;
}

/** What a method must keep to, and whether this one does. */
export interface ContractRow {
  law: string;
  holds: boolean;
  found: string;
}

/** The laws that every method of the lab keeps to, tried on small images in seconds; for a method of one's own before it is trained for hours. The engine must have been started. */
export async function contract<Options extends object>(method: Method<Options>): Promise<ContractRow[]> {
  const rows: ContractRow[] = [];
  const law = (text: string, holds: boolean, found: string) => rows.push({ law: text, holds, found });

  const learning = trialOf(method, { steps: 100 });
  const terms = await takeTrialSteps(learning, 25);
  const bad = terms.findIndex((row) => Object.keys(row)[0] !== "loss" || !Object.values(row).every(Number.isFinite));
  law(
    "every term is a number, and the first is the loss",
    bad < 0,
    bad < 0 ? "25 steps" : `step ${bad}: ${JSON.stringify(terms[bad])}`,
  );
  const of = ({ loss, supervised = loss }: Record<string, number>) => supervised;
  const [first, last] = [of(terms[0]), of(terms[24])];
  if (method.labeled)
    law(
      "within 25 steps the loss on labels falls to a third",
      last < first / 3,
      `${fixed(first, 3)} → ${fixed(last, 3)}`,
    );
  else {
    // the loss itself may rise: the keys of a queue, say, become harder to tell apart as it fills
    const still = trialOf(method, { steps: 100, optimizer: { rate: 1e-12 } });
    const twin = await takeTrialSteps(still, 25);
    still.dispose();
    const [learned, unlearned] = [terms, twin].map((all) => all.slice(20).reduce((sum, { loss }) => sum + loss / 5, 0));
    law(
      "after 20 steps the loss is below that of a twin whose weights stand still",
      learned < 0.95 * unlearned,
      `${fixed(learned, 3)}, without learning ${fixed(unlearned, 3)}`,
    );
  }
  learning.dispose();

  const [whole, begun, resumed] = [trialOf(method), trialOf(method), trialOf(method)];
  const expected = (await takeTrialSteps(whole, 6)).slice(3);
  await takeTrialSteps(begun, 3);
  for (const [path, variable] of Object.entries(resumed.variables)) variable.assign(begun.variables[path]);
  const found = await takeTrialSteps(resumed, 3, {}, 3);
  const isSame = JSON.stringify(found) === JSON.stringify(expected);
  law(
    "its variables are all that a continued training needs",
    isSame,
    isSame ? "3 + 3 steps equal 6" : "3 + 3 steps differ from 6",
  );
  for (const one of [whole, begun, resumed]) one.dispose();

  const before = tensorCount();
  const trial = trialOf(method, { steps: 12 });
  await takeTrialSteps(trial, 2);
  const held = tensorCount();
  await takeTrialSteps(trial, 10, {}, 2);
  const after = tensorCount();
  trial.dispose();
  const freed = tensorCount();
  law(
    "a step leaves as many tensors as it found",
    after.tensors === held.tensors,
    `${held.tensors} → ${after.tensors}`,
  );
  law("disposing frees all of them", freed.tensors === before.tensors, `${before.tensors} → ${freed.tensors}`);
  return rows;
}
