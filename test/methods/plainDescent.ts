import { methods } from "../../lib/methods/index.js";
import type { Trainer } from "../../lib/methods/method.js";
import { defaultsOf, merged } from "../../lib/methods/options.js";
import { disposeBatch } from "../../lib/training/loop.js";
import { batch, values } from "./trial.js";

/** A method's trainer under plain gradient descent on images of 16², or on volumes of 16³: a variable moves where it has a gradient and nowhere else. */
export function plainTrainer(name: string, options: object = {}, { axes = 2, classes = 3 } = {}): Trainer {
  const method = methods[name];
  const kind = axes === 3 ? "volumes" : "slices";
  return method.create({
    seed: 0,
    steps: 10,
    protocol: "lab",
    options: method.options.parse(merged(defaultsOf(method, "lab", kind), options)),
    network: axes === 3 ? "vnet" : "unet",
    optimizer: { kind: "sgd", rate: 0.1, momentum: 0, nesterov: false, weightDecay: 0, schedule: "constant" },
    channels: 1,
    classes,
    imageSize: Array(axes).fill(16),
  });
}

/** The parts of a method's networks ("model/down", "decoders/1", …) that one step moves, running statistics aside. */
export async function movedBy(name: string, options: object): Promise<string[]> {
  const trainer = plainTrainer(name, options);
  const before = await values(trainer);
  const given = batch(0);
  await trainer.step(given);
  disposeBatch(given);
  const moved = new Set<string>();
  for (const [path, after] of Object.entries(await values(trainer)))
    if (isOfNetwork(path) && after.some((value, at) => value !== before[path][at])) moved.add(path.split(".")[0]);
  trainer.dispose();
  return [...moved].sort();
}

/** Whether a variable is a network's: those of its optimiser bear its whole path, as "velocity/model/…". */
const isOfNetwork = (path: string) => /weight|scale|offset/.test(path) && path.split("/").length === 2;
