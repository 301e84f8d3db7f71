import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { decodeSafetensors, readSafetensors } from "../engine/safetensors.js";
import { Problem } from "../problem.js";
import { pretrainingConfig } from "../training/config/config.js";
import type { Config } from "../training/config/schema.js";
import type { Progress } from "../training/loop.js";
import { loadedCode } from "./code.js";
import { trainingFolder } from "./folder.js";
import { endedWith, type Run, settledConfig } from "./run.js";
import { holding, openingOf, prepared, type TrainRunOptions, trainAll, type Weights } from "./training.js";

/** What comes before a phase: how many steps, and the weights that it starts from; those are missing while it is not done. */
export interface Before {
  steps: number;
  weights?: Weights;
}

/**
 * What a run starts from, trained now if need be, with what that itself starts from: no weights where it has no pre-training, or goes on from a
 * checkpoint of its own. Where the signal stopped it, `steps` says after how many.
 */
export async function before(run: Run, options: TrainRunOptions): Promise<Before> {
  const config = pretrainingConfig(run.config);
  if (!config) return { steps: 0, weights: {} };
  if (existsSync(run.checkpoint("last"))) return { steps: stepsOf(config), weights: {} };
  const onProgress = (progress: Progress) => {
    const secondsLeft = progress.secondsLeft + (run.config.steps * progress.msPerStep) / 1000;
    options.onProgress?.({ ...progress, steps: progress.steps + run.config.steps, secondsLeft });
  };
  const { name, steps, last } = await pretrained(config, { ...options, onProgress });
  if (!last) return { steps };
  run.startedFrom({ run: name, sha256: last.sha256 });
  return { steps, weights: last.weights };
}

/** Trains a run to its end for others to start from: without testing it. Waits while another process does. */
export async function pretrain(config: Config, options: TrainRunOptions): Promise<{ finished: boolean }> {
  const { last } = await pretrained(config, options);
  return { finished: last !== undefined };
}

/** A pre-training with all that comes before it, and its last weights; those are missing where the signal stopped it after `steps`. */
function pretrained(config: Config, given: TrainRunOptions) {
  // One of other code is no start for a run of today's: it is trained anew beside it, and never by the way continued.
  const options = { ...given, codes: given.codes ?? loadedCode(config), again: "otherCode" as const };
  const done = doneBefore(config, options);
  if (done) return Promise.resolve(done);
  return holding(config, { ...options, others: "wait" }, async (run) => {
    const name = basename(run.folder);
    if (isTrained(run)) return { name, steps: stepsOf(config), last: lastWeights(run) };
    const first = await before(run, options);
    if (!first.weights) return { name, steps: first.steps };
    const done = await prepared(run, first.weights, options, (opened, trainer) =>
      trainAll(run, opened, trainer, { ...options, onProgress: after(first.steps, config, options) }),
    );
    return { name, steps: first.steps + done, ...(done === config.steps && { last: lastWeights(run) }) };
  });
}

/** A pre-training that has ended, which is read without a claim: many runs may begin from it at once. */
function doneBefore(config: Config, options: TrainRunOptions) {
  const folder = trainingFolder(options.runs, config, openingOf(config, options));
  const expected = endedWith(folder);
  if (expected === undefined || !isTrained({ folder, config }) || !settledConfig(folder, config)) return undefined;
  return { name: basename(folder), steps: stepsOf(config), last: weightsIn(folder, expected) };
}

/** Tells the steps of a phase as those that follow other phases'. */
export const after =
  (steps: number, config: Config, { onProgress }: TrainRunOptions) =>
  (progress: Progress) =>
    onProgress?.({ ...progress, step: steps + progress.step, steps: steps + config.steps });

/** Steps of a training and of all that comes before it. */
export function stepsOf(config: Config): number {
  const first = pretrainingConfig(config);
  return config.steps + (first ? stepsOf(first) : 0);
}

/** The weights that a pre-training ended with, whose digest is recorded the first time. */
function lastWeights(run: Run): ReturnType<typeof weightsIn> {
  const expected = endedWith(run.folder);
  const last = weightsIn(run.folder, expected);
  if (expected === undefined) run.endsWith(last.sha256);
  return last;
}

/** The last weights in a folder. Throws a Problem when they are not those of its end any more: runs that share it must start from the same. */
function weightsIn(folder: string, expected: string | undefined): { sha256: string; weights: Weights } {
  const path = lastOf(folder);
  const bytes = readFileSync(path);
  const { entries: weights } = decodeSafetensors(bytes, path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (expected !== undefined && sha256 !== expected)
    throw new Problem(
      `${path}: found sha256 ${sha256.slice(0, 10)}, expected ${expected.slice(0, 10)}, the weights that this pre-training ended with; put them back, or move ${folder} away to pre-train anew`,
    );
  return { sha256, weights };
}

const lastOf = (folder: string) => join(folder, "checkpoints", "last.safetensors");

/** Whether a run's last step is saved. */
export function isTrained({ folder, config }: Pick<Run, "folder" | "config">): boolean {
  const last = lastOf(folder);
  return existsSync(last) && Number(readSafetensors(last).metadata.step) === config.steps;
}
