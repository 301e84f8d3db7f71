import { pretrainingConfigs } from "../training/config/config.js";
import type { Config } from "../training/config/schema.js";
import { type Choice, runFolder } from "./folder.js";
import { replicateOf } from "./job.js";
import { readLog } from "./records.js";

/**
 * The step at which the loss of a run stopped being a number; undefined where it did not. The loop writes that step into the log and ends there,
 * and as a run depends on its config alone it would end there again.
 */
export function divergedAt(folder: string): number | undefined {
  const last = readLog(folder).at(-1);
  return last && "loss" in last && typeof last.loss !== "number" ? last.step : undefined; // JSON has null for what is no number
}

/** Where the loss of a training stopped being a number. */
export interface Divergence {
  /** "seed 0". */
  replicate: string;
  seed: number;
  phase: "pretraining" | "training";
  step: number;
}

/** Whether and where the training of a config, or one of its pre-trainings, diverged. */
export function divergence(config: Config, runs: string, choice: Choice = {}): Divergence[] {
  const before = pretrainingConfigs(config).map((one) => ["pretraining", one] as const);
  const phases = [...before, ["training", config] as const];
  const found = phases.flatMap(([phase, one]) => {
    const step = divergedAt(runFolder(runs, one, choice));
    return step === undefined ? [] : [{ replicate: replicateOf(config), seed: config.seed, phase, step }];
  });
  return found.slice(0, 1);
}
