import { tensorCount } from "../engine/memory.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { methods } from "../methods/index.js";
import type { Batch } from "../methods/method.js";
import { type Bench, timed } from "./bench.js";

const classes = 4; // of ACDC

/** One training step (forward, backward, optimiser, reading of the loss) of a method on random grey images of four classes, with its defaults. */
export const methodStep = (
  name: string,
  title: string,
  changes: (defaults: object) => object = (defaults) => defaults,
): Bench => ({
  title,
  defaults: { size: 256, labeled: 4, unlabeled: 4, steps: 10 },
  async run({ size, labeled, unlabeled, steps }) {
    const { defaults, unlabeled: isUsed, create } = methods[name];
    const trainer = create({
      seed: 0,
      steps: 30_000,
      protocol: "lab",
      options: changes(defaults),
      encoder: "unet",
      optimizer: { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4, schedule: "poly" },
      channels: 1,
      classes,
      imageSize: [size, size],
    });
    const batch = randomBatch(size, labeled, isUsed ? unlabeled : 0);
    const step = async (index: number) => {
      const terms = await trainer.step({ ...batch, step: index });
      for (const term of Object.values(terms)) await term.data();
      tf.dispose(terms);
    };
    await step(0); // makes what stays: momenta
    const before = tensorCount();
    const times = await timed(steps, step);
    const after = tensorCount();
    tf.dispose([batch.image, batch.label]);
    trainer.dispose();
    return {
      times,
      size,
      labeled,
      unlabeled: batch.unlabeled,
      tensors: after.tensors,
      grown: after.tensors + after.native - before.tensors - before.native,
    };
  },
});

function randomBatch(size: number, labeled: number, unlabeled: number): Batch {
  const rng = stream(0, "bench");
  const pixels = size * size;
  const image = Float32Array.from({ length: (labeled + unlabeled) * pixels }, () => rng.uniform());
  const label = Int32Array.from({ length: labeled * pixels }, () => rng.integer(0, classes));
  const examples = Array.from({ length: labeled + unlabeled }, (_, i) => ({
    id: String(i),
    case: String(i),
    slice: 0,
  }));
  return {
    step: 0,
    image: tf.tensor(image, [labeled + unlabeled, size, size, 1]),
    label: tf.tensor(label, [labeled, size, size], "int32"),
    labeled,
    unlabeled,
    examples,
  };
}
