import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors, type Entry } from "../engine/safetensors.js";
import { startEngine } from "../engine/start.js";
import { Problem } from "../problem.js";
import { openBatches } from "../training/batches.js";
import { loadCheckpoint } from "../training/checkpoint.js";
import { pretrainingConfig } from "../training/config.js";
import { takeStep } from "../training/loop.js";
import type { Config } from "../training/schema.js";
import { runName } from "./run.js";
import { createTrainer, openData } from "./workplace.js";

/** Something a step decided or computed, in the order in which it happened. */
export interface StepEvent {
  name: string;
  values: ArrayLike<number>;
  shape: readonly number[];
  /** Milliseconds since the event before. */
  ms: number;
}

/** One training step taken apart. */
export interface StepApart {
  step: number;
  /** Images as loaded, [images, …size, channels], the labelled ones first, and the labels of those. */
  image: Float32Array;
  imageShape: readonly number[];
  label: Int32Array;
  labeled: number;
  events: StepEvent[];
  /** The terms of the loss. */
  terms: Record<string, number>;
}

/** Which step of a run is repeated, and from which weights. */
export interface StepChoice {
  /** Folder of runs. */
  runs: string;
  step?: number;
  /** "last": where the run in the store stands; "start": what it started from, its pre-trained weights if there are any. */
  weights?: "last" | "start";
}

/** Repeats one step of an ARCO run under observation, with the losses of all pixels (as in the variance ledger); the run itself is not touched. Throws a Problem where its weights are missing. */
export async function takeApart(config: Config, { runs, step = 0, weights = "last" }: StepChoice): Promise<StepApart> {
  await startEngine();
  const opened = await openData(config);
  const events: StepEvent[] = [];
  let last = performance.now();
  const observe = (name: string, values: ArrayLike<number>, shape: readonly number[]) => {
    const now = performance.now();
    events.push({ name, values: Float32Array.from(values), shape, ms: now - last });
    last = performance.now();
  };
  const first = pretrainingConfig(config);
  const watched = { ...config, options: { ...config.options, ledger: { every: 1, repeats: 32, directions: 8 } } };
  const start = weights === "start" && first ? weightsOf(runs, first) : undefined;
  const trainer = createTrainer(watched, opened, start, observe);
  const { seed, batch: counts, draw, augmentation } = config;
  const batches = await openBatches(opened, { seed, ...counts, draw, augmentation, workers: 0 });
  try {
    if (weights === "last") loadCheckpoint(checkpointOf(runs, config), trainer.variables);
    const batch = await batches.at(step);
    const { image, imageShape, label, labeled } = batch;
    last = performance.now();
    const terms = await takeStep(trainer, batch);
    return { step, image, imageShape, label, labeled, events, terms };
  } finally {
    trainer.dispose();
    await batches.close();
  }
}

const weightsOf = (runs: string, config: Config): Record<string, Entry> => {
  const path = checkpointOf(runs, config);
  return decodeSafetensors(readFileSync(path), path).entries;
};

function checkpointOf(runs: string, config: Config): string {
  const path = join(runs, runName(config), "checkpoints", "last.safetensors");
  if (!existsSync(path))
    throw new Problem(`${path}: no such weights; train this run first (trainRun with the same config)`);
  return path;
}
