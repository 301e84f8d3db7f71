import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { methods } from "../../lib/methods/index.js";
import type { Predictor, Trainer } from "../../lib/methods/method.js";
import {
  type Trial as OfMethod,
  type TrialOptions,
  takeTrialSteps,
  trialBatch,
  trialOf,
} from "../../lib/training/contract.js";

/** A trial of a method; where it predicts nothing, asking for a prediction is a failure. */
export type Trial = Omit<OfMethod, "predict"> & Predictor;

/** A method's trainer for small images, with the batches that it wants. */
export function trial(name: string, options: TrialOptions = {}): Trial {
  const made = trialOf(methods[name], options);
  return { ...made, predict: made.predict ?? (() => assert.fail(`${name} predicts nothing`)) };
}

/** Images of a bright square on noise, class 1 its left half, class 2 its right; labelled ones first. */
export const batch = trialBatch;

/** Takes a number of steps; gives the terms of each. */
export const run = takeTrialSteps;

/** The numbers of every variable whose name begins with a prefix, by name. */
export async function values(trainer: Pick<Trainer, "variables">, prefix = ""): Promise<Record<string, Float32Array>> {
  const chosen = Object.entries(trainer.variables).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    await Promise.all(chosen.map(async ([name, variable]) => [name, Float32Array.from(await variable.data())])),
  );
}

/** One hash of all variables. */
export async function fingerprint(trainer: Pick<Trainer, "variables">): Promise<string> {
  const hash = createHash("sha256");
  for (const [name, array] of Object.entries(await values(trainer))) hash.update(name).update(array);
  return hash.digest("hex");
}
