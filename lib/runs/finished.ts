import type { Config } from "../training/config/schema.js";
import { runFolder } from "./folder.js";
import type { Group } from "./records.js";
import { readMetrics } from "./run.js";

/** The runs of some configs that are finished, with their results. */
export const finishedRuns = (configs: readonly Config[], runs: string): Group["runs"] =>
  configs.flatMap((config) => {
    const folder = runFolder(runs, config);
    const metrics = readMetrics(folder);
    return metrics ? [{ folder, seed: config.seed, metrics }] : [];
  });
