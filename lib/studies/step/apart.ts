import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Entry, readSafetensors } from "../../engine/safetensors.js";
import { startEngine } from "../../engine/start.js";
import type { Observer, Trainer } from "../../methods/method.js";
import { Problem } from "../../problem.js";
import { runFolder } from "../../runs/folder.js";
import { createTrainer, openData } from "../../runs/workplace.js";
import { type Batches, openBatches, type RawBatch } from "../../training/batches/batches.js";
import { batchesOf } from "../../training/batches/ofConfig.js";
import { loadCheckpoint } from "../../training/checkpoint.js";
import { pretrainingConfig } from "../../training/config/config.js";
import type { Config } from "../../training/config/schema.js";
import { takeStep } from "../../training/loop.js";

/** Something a step decided or computed, in the order in which it happened. */
export interface StepEvent {
  name: string;
  values: ArrayLike<number>;
  shape: readonly number[];
  /** Milliseconds since the event before. */
  ms: number;
}

/** One training step taken apart. */
export interface StepApart extends Pick<RawBatch, "step" | "labeled" | "examples"> {
  config: Config;
  /** Images as loaded, [images, …size, channels], the labelled ones first, and the labels of those. */
  image: Float32Array;
  imageShape: readonly number[];
  label: Int32Array;
  events: StepEvent[];
  /** The terms of the loss. */
  terms: Record<string, number>;
}

/**
 * Weights of a run: where it stands in the store; what it started from, its pre-trained weights if there are any; the random ones before anything was
 * trained; or those after a step that was kept (`keepEvery`).
 */
export type WeightsOf = "last" | "start" | "random" | number;

/** Which step of a run is repeated, and from which weights. */
export interface StepChoice {
  /** Folder of runs. */
  runs: string;
  step?: number;
  weights?: WeightsOf;
}

/** Repeats one step of an ARCO run under observation, with the losses of all pixels (as in the variance ledger); the run itself is not touched. Throws a Problem where its weights are missing. */
export async function takeApart(config: Config, { step = 0, ...choice }: StepChoice): Promise<StepApart> {
  const ledger = { every: 1, repeats: 32, directions: 8 };
  const events: StepEvent[] = [];
  let last = performance.now();
  const observe = (name: string, values: ArrayLike<number>, shape: readonly number[]) => {
    const now = performance.now();
    events.push({ name, values: Float32Array.from(values), shape, ms: now - last });
    last = performance.now();
  };
  const watched = { ...config, options: { ...config.options, ledger } };
  return withTrainer({ run: config, config: watched }, choice, observe, async (trainer, batches) => {
    const batch = await batches.at(step);
    const { image, imageShape, label, labeled, examples } = batch;
    last = performance.now();
    const terms = await takeStep(trainer, batch);
    return { config, step, image, imageShape, label, labeled, examples, events, terms };
  });
}

/** Does something with a trainer that has the weights of a run, and with that run's batches; `config` may differ from the run's where that changes no weights. */
export async function withTrainer<T>(
  { run, config }: { run: Config; config: Config },
  { runs, weights = "last" }: Pick<StepChoice, "runs" | "weights">,
  observe: Observer,
  act: (trainer: Trainer, batches: Batches) => Promise<T>,
): Promise<T> {
  await startEngine();
  const opened = await openData(config);
  const trainer = createTrainer(config, opened, startOf(run, { runs, weights }), observe);
  const batches = await openBatches(opened, { ...batchesOf(config), workers: 0 });
  try {
    const saved = savedAt(runs, run, weights);
    if (saved) loadCheckpoint(saved, trainer.variables);
    return await act(trainer, batches);
  } finally {
    trainer.dispose();
    await batches.close();
  }
}

/** The pre-trained weights that a run starts from, where it is asked for and has them. */
export function startOf(
  config: Config,
  { runs, weights }: Required<Pick<StepChoice, "runs" | "weights">>,
): Readonly<Record<string, Entry>> | undefined {
  const first = pretrainingConfig(config);
  if (weights !== "start" || !first) return undefined;
  const path = checkpointOf(runs, first);
  return readSafetensors(path).entries;
}

/** The last checkpoint of a run, or one that was kept. Throws a Problem where there is none. */
export function checkpointOf(runs: string, config: Config, weights: "last" | number = "last"): string {
  const name = weights === "last" ? weights : `step-${weights}`;
  const path = join(runFolder(runs, config), "checkpoints", `${name}.safetensors`);
  if (existsSync(path)) return path;
  const advice =
    weights === "last"
      ? "train this run first (trainRun with the same config)"
      : "steps are kept while a run is trained (keepEvery, or arco train --keep-every)";
  throw new Problem(`${path}: no such weights; ${advice}`);
}

/** The checkpoint that holds some weights of a run; undefined of those that a trainer is created with. */
export const savedAt = (runs: string, config: Config, weights: WeightsOf): string | undefined =>
  weights === "start" || weights === "random" ? undefined : checkpointOf(runs, config, weights);

/** The steps of a run that were kept, in order. */
export function keptSteps(runs: string, config: Config): number[] {
  const folder = join(runFolder(runs, config), "checkpoints");
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder).flatMap((name) => {
    const step = /^step-(\d+)\.safetensors$/.exec(name)?.[1];
    return step === undefined ? [] : [Number(step)];
  });
  return found.sort((a, b) => a - b);
}
