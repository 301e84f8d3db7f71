import { createHash } from "node:crypto";
import { stream } from "../../lib/engine/random.js";
import * as tf from "../../lib/engine/tf.js";
import { methods } from "../../lib/methods/index.js";
import type { Batch, Setup, Trainer } from "../../lib/methods/method.js";

/** A method's trainer for small images. */
export function trial(
  name: string,
  {
    steps = 8,
    seed = 0,
    options = {},
    ...more
  }: { steps?: number; seed?: number; options?: object } & Pick<Setup<object>, "observe" | "start"> = {},
): Trainer {
  const method = methods[name];
  const setup: Setup<object> = {
    seed,
    steps,
    protocol: "lab",
    options: { ...method.defaults, ...options },
    encoder: "unet",
    optimizer: { kind: "sgd", rate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4, schedule: "poly" },
    channels: 1,
    classes: 3,
    imageSize: [16, 16],
    ...more,
  };
  return method.create(setup);
}

/** Two labelled images and, for a method that looks at them, two unlabelled ones: a bright square on noise, class 1 its left half, class 2 its right. */
export function batch(step: number, { unlabeled = 2, size = 16 } = {}): Batch {
  const labeled = 2;
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
  return {
    step,
    image: tf.tensor(image, [labeled + unlabeled, size, size, 1]),
    label: tf.tensor(label.subarray(0, labeled * pixels), [labeled, size, size], "int32"),
    labeled,
    unlabeled,
    examples: [],
  };
}

/** How many unlabelled images a method's batch has. */
export const unlabeledOf = (name: string) => (methods[name].unlabeled ? 2 : 0);

/** Takes a number of steps; gives the terms of each. */
export async function run(
  trainer: Trainer,
  steps: number,
  options: Parameters<typeof batch>[1] = {},
  from = 0,
): Promise<Record<string, number>[]> {
  const rows: Record<string, number>[] = [];
  for (let step = from; step < from + steps; step++) {
    const given = batch(step, options);
    const terms = await trainer.step(given);
    const row: Record<string, number> = {};
    for (const [name, term] of Object.entries(terms)) row[name] = (await term.data())[0];
    rows.push(row);
    tf.dispose([given.image, given.label]);
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
