import type { ViewRecipe } from "../images/augment/views.js";
import { sizeOf } from "../images/values.js";
import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import type { Method, Trainer } from "../methods/method.js";
import { defaultsOf, merged } from "../methods/options.js";
import { Problem } from "../problem.js";
import { viewsOf } from "./batches/batch.js";
import { usualNetwork } from "./config/presets.js";
import { predictorOf, predictPatches } from "./evaluation/predict.js";
import { takeStep } from "./loop.js";

/** What is trained on arrays of one's own. */
export interface OnArrays {
  classes: number;
  /** [height, width] or [x, y, z]; multiples of 16. */
  imageSize: readonly number[];
  channels?: number;
  /** A method, or its name. */
  method?: string | Method;
  /** Changes to its options. */
  options?: object;
  /** Length that schedules and ramps follow. */
  steps?: number;
  seed?: number;
  /** Learning rate of Adam. */
  rate?: number;
}

/** A training on arrays that one hands over oneself, without benchmark, run folder or checkpoint. */
export interface ArrayTraining {
  /** One step on images [count, …imageSize, channels] with labels [labelled count, …imageSize]: labelled images first. The terms of the loss. */
  step(images: Float32Array, labels: Int32Array): Promise<Record<string, number>>;
  /** The most likely class of every pixel of images. */
  predict(images: Float32Array): Promise<Uint8Array>;
  dispose(): void;
}

/** Begins a training on arrays. The engine must have been started. Throws a Problem for an unknown method. */
export function trainOnArrays({
  classes,
  imageSize,
  channels = 1,
  method: chosen = "supervised",
  options = {},
  steps = 100,
  seed = 0,
  rate = 0.001,
}: OnArrays): ArrayTraining {
  const method = typeof chosen === "string" ? lookUp(methods, chosen, "method") : chosen;
  const complete = method.options.parse(merged(defaultsOf(method), options));
  const views: Readonly<Record<string, ViewRecipe>> = method.views?.(complete) ?? {};
  const network = usualNetwork(imageSize.length);
  const optimizer = {
    kind: "adam",
    rate,
    momentum: 0.9,
    nesterov: false,
    weightDecay: 1e-4,
    schedule: "constant",
  } as const;
  const setup = {
    seed,
    steps,
    protocol: "lab",
    options: complete,
    network,
    optimizer,
    channels,
    classes,
    imageSize,
  } as const;
  const trainer: Trainer = method.create(setup);
  const pixels = sizeOf(imageSize);
  const count = (length: number, each: number, what: string) => {
    if (length % each === 0) return length / each;
    throw new Problem(`${what}: found ${length} values, expected a multiple of the ${each} of an image`);
  };
  let step = 0;
  return {
    step(images, labels) {
      const all = count(images.length, pixels * channels, "images");
      const labeled = count(labels.length, pixels, "labels");
      const raw = {
        step: step++,
        image: images,
        imageShape: [all, ...imageSize, channels],
        label: labels,
        labelShape: [labeled, ...imageSize],
        labeled,
        unlabeled: all - labeled,
        examples: Array.from({ length: all }, (_, i) => ({ id: String(i), case: String(i), slice: 0, slices: 1 })),
      };
      return takeStep(trainer, { ...raw, views: viewsOf(raw, views, seed) });
    },
    predict: (images) =>
      predictPatches(predictorOf(trainer), images, [
        count(images.length, pixels * channels, "images"),
        ...imageSize,
        channels,
      ]),
    dispose: () => trainer.dispose(),
  };
}
