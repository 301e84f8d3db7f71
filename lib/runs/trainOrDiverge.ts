import { join } from "node:path";
import { pretrainingConfig } from "../training/config/config.js";
import type { Config } from "../training/config/schema.js";
import { divergedAt } from "./diverged.js";
import { runName } from "./run.js";
import { type TrainRunOptions, trainRun } from "./trainRun.js";

/** Trains a run to its end, or to where its loss or that of its pre-training is no number. Throws the signal's reason when it is aborted. */
export async function trainOrDiverge(config: Config, options: TrainRunOptions): Promise<void> {
  try {
    const outcome = await trainRun(config, options);
    if (!outcome.finished) throw options.signal?.reason;
  } catch (error) {
    const first = pretrainingConfig(config);
    const folders = [config, ...(first ? [first] : [])].map((one) => join(options.runs, runName(one)));
    if (options.signal?.aborted || folders.every((folder) => divergedAt(folder) === undefined)) throw error;
  }
}
