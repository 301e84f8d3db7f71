import { tensorCount } from "../engine/memory.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { methods } from "../methods/index.js";
import { defaultsOf } from "../methods/options.js";
import { type RawBatch, viewsOf } from "../training/batches/batch.js";
import { disposeBatch, toBatch } from "../training/loop.js";
import { type Bench, timed } from "./bench.js";

/** One training step (forward, backward, optimiser, reading of the loss) of a method on random grey images, with its defaults. */
export const methodStep = (
  name: string,
  title: string,
  changes: (defaults: object) => object = (defaults) => defaults,
): Bench => ({
  title,
  defaults: { size: 256, classes: 4, labeled: 4, unlabeled: 4, steps: 10 },
  async run({ size, classes, labeled, unlabeled, steps }) {
    const method = methods[name];
    const { unlabeled: isUsed, views } = method;
    const options = changes(defaultsOf(method));
    const trainer = method.create({
      seed: 0,
      steps: 30_000,
      protocol: "lab",
      options,
      network: "unet",
      optimizer: { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4, schedule: "poly" },
      channels: 1,
      classes,
      imageSize: [size, size],
    });
    const raw = randomBatch({ size, classes }, labeled, isUsed ? unlabeled : 0);
    raw.views = viewsOf(raw, views?.(options) ?? {}, 0);
    const batch = toBatch(raw);
    const step = async (index: number) => {
      const terms = await trainer.step({ ...batch, step: index });
      for (const term of Object.values(terms)) await term.data();
      tf.dispose(terms);
    };
    await step(0); // makes what stays: momenta
    const before = tensorCount();
    const times = await timed(steps, step);
    const after = tensorCount();
    disposeBatch(batch);
    trainer.dispose();
    return {
      times,
      size,
      classes,
      labeled,
      unlabeled: batch.unlabeled,
      tensors: after.tensors,
      grown: after.tensors + after.native - before.tensors - before.native,
    };
  },
});

function randomBatch(
  { size, classes }: { size: number; classes: number },
  labeled: number,
  unlabeled: number,
): RawBatch {
  const rng = stream(0, "bench");
  const [pixels, count] = [size * size, labeled + unlabeled];
  return {
    step: 0,
    image: Float32Array.from({ length: count * pixels }, () => rng.uniform()),
    imageShape: [count, size, size, 1],
    label: Int32Array.from({ length: labeled * pixels }, () => rng.integer(0, classes)),
    labelShape: [labeled, size, size],
    labeled,
    unlabeled,
    examples: Array.from({ length: count }, (_, i) => ({ id: String(i), case: String(i), slice: 0, slices: 1 })),
    views: {},
  };
}
