import { tensorCount } from "../engine/memory.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { sizeOf } from "../images/values.js";
import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import { defaultsOf, merged } from "../methods/options.js";
import { type RawBatch, viewsOf } from "../training/batches/batch.js";
import { mixingIn } from "../training/config/mixing.js";
import { usualNetwork } from "../training/config/presets.js";
import { disposeBatch, toBatch } from "../training/loop.js";
import { type Bench, type BenchOptions, sidesOf, timed } from "./bench.js";

/** A method that trains on random images or volumes. */
export interface Stepper {
  /** One training step: forward, backward, optimiser, reading of the loss. */
  step(index: number): Promise<void>;
  unlabeled: number;
  /** How images were mixed with one another; absent where the method has no word for it. */
  mixing?: string;
  dispose(): void;
}

/** Begins to train a method on one batch of random images or volumes, grey ones unless told, with its defaults or changes of them. One unlabelled image alone is mixed with none. */
export function stepper(
  name: string,
  {
    size,
    classes,
    labeled,
    unlabeled,
    network,
    channels = 1,
  }: Pick<BenchOptions, "size" | "classes" | "labeled" | "unlabeled"> & { network?: string; channels?: 1 | 3 },
  changes: (defaults: object) => object = (defaults) => defaults,
): Stepper {
  const method = lookUp(methods, name, "method");
  const sides = sidesOf(size);
  const usual = changes(defaultsOf(method, "lab", sides.length === 3 ? "volumes" : "slices"));
  const options = method.unlabeled && unlabeled === 1 ? unmixed(usual) : usual;
  const trainer = method.create({
    seed: 0,
    steps: 30_000,
    protocol: "lab",
    options,
    network: network ?? usualNetwork(sides.length),
    optimizer: { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4, schedule: "poly" },
    channels,
    classes,
    imageSize: [...sides],
  });
  const raw = randomBatch({ sides, classes, channels }, labeled, method.unlabeled ? unlabeled : 0);
  raw.views = viewsOf(raw, method.views?.(options) ?? {}, 0);
  const batch = toBatch(raw);
  return {
    unlabeled: batch.unlabeled,
    mixing: mixingIn(options)?.mixing,
    async step(index) {
      const terms = await trainer.step({ ...batch, step: index });
      for (const term of Object.values(terms)) await term.data();
      tf.dispose(terms);
    },
    dispose() {
      disposeBatch(batch);
      trainer.dispose();
    },
  };
}

function unmixed(options: object): object {
  const path = mixingIn(options)?.path;
  if (path === undefined) return options;
  return merged(options, path === "mixing" ? { mixing: "none" } : { strong: { mixing: "none" } });
}

/** One training step of a method on random grey images, or on volumes where the size is that of a patch. */
export const methodStep = (
  name: string,
  title: string,
  { changes }: { changes?: (defaults: object) => object } = {},
): Bench => ({
  title,
  defaults: { size: 256, classes: 4, labeled: 4, unlabeled: 4, steps: 10 },
  run: (sizes) => measured(sizes, stepper(name, sizes, changes)),
});

/** One supervised training step of DeepLabv3+ on random photographs, with cross entropy as in ReCo. */
export const photographStep: Bench = {
  title: "one supervised training step of DeepLabv3+ on random photographs",
  defaults: { size: 321, classes: 21, labeled: 2, unlabeled: 0, steps: 10, network: "lite0" },
  run: async (sizes) => ({
    network: sizes.network,
    ...(await measured(
      sizes,
      stepper("supervised", { ...sizes, channels: 3 }, (defaults) => ({ ...defaults, of: "crossEntropy", scale: 1 })),
    )),
  }),
};

async function measured(
  { size, classes, labeled, steps }: Pick<BenchOptions, "size" | "classes" | "labeled" | "steps">,
  { step, unlabeled, mixing, dispose }: Stepper,
) {
  await step(0); // makes what stays: momenta
  const before = tensorCount();
  const times = await timed(steps, step);
  const after = tensorCount();
  dispose();
  return {
    times,
    size,
    classes,
    labeled,
    unlabeled,
    ...(mixing && { mixing }),
    tensors: after.tensors,
    grown: after.tensors + after.native - before.tensors - before.native,
  };
}

function randomBatch(
  { sides, classes, channels }: { sides: readonly number[]; classes: number; channels: number },
  labeled: number,
  unlabeled: number,
): RawBatch {
  const rng = stream(0, "bench");
  const [pixels, count] = [sizeOf(sides), labeled + unlabeled];
  return {
    step: 0,
    image: Float32Array.from({ length: count * pixels * channels }, () => rng.uniform()),
    imageShape: [count, ...sides, channels],
    label: Int32Array.from({ length: labeled * pixels }, () => rng.integer(0, classes)),
    labelShape: [labeled, ...sides],
    labeled,
    unlabeled,
    examples: Array.from({ length: count }, (_, i) => ({ id: String(i), case: String(i), slice: 0, slices: 1 })),
    views: {},
  };
}
