import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { decodeSafetensors } from "../engine/safetensors.js";
import { Problem } from "../problem.js";
import { pretrainingConfig } from "../training/config/config.js";
import type { Progress } from "../training/loop.js";
import type { Run } from "./run.js";
import { holding, prepared, type TrainRunOptions, trainAll, type Weights } from "./training.js";

/** The weights a run starts from (none where it has no pre-training, or goes on from a checkpoint of its own), trained now if need be; undefined when the signal stopped that, after `steps`. */
export async function firstPhase(run: Run, options: TrainRunOptions): Promise<{ steps: number; weights?: Weights }> {
  const config = pretrainingConfig(run.config);
  if (!config) return { steps: 0, weights: {} };
  const { steps } = config;
  if (existsSync(run.checkpoint("last"))) return { steps, weights: {} };
  const before = await holding(config, { ...options, others: "wait" }, async (first) => {
    const onProgress = (progress: Progress) => {
      const secondsLeft = progress.secondsLeft + (run.config.steps * progress.msPerStep) / 1000;
      options.onProgress?.({ ...progress, steps: steps + run.config.steps, secondsLeft });
    };
    const done = await trainOnly(first, { ...options, onProgress });
    return { done, name: basename(first.folder), last: done < steps ? undefined : lastWeights(first) };
  });
  if (!before.last) return { steps: before.done };
  run.startedFrom({ run: before.name, sha256: before.last.sha256 });
  return { steps, weights: before.last.weights };
}

/** The weights that a pre-training ended with. Throws a Problem when they are not those of its end any more: runs that share it must start from the same. */
function lastWeights(run: Run): { sha256: string; weights: Weights } {
  const path = run.checkpoint("last");
  const bytes = readFileSync(path);
  const { entries: weights } = decodeSafetensors(bytes, path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const expected = run.endedWith();
  if (expected === undefined) run.endsWith(sha256);
  else if (sha256 !== expected)
    throw new Problem(
      `${path}: found sha256 ${sha256.slice(0, 10)}, expected ${expected.slice(0, 10)}, the weights that this pre-training ended with; put them back, or move ${run.folder} away to pre-train anew`,
    );
  return { sha256, weights };
}

/** Trains a run to its end without testing it; gives the last finished step. */
async function trainOnly(run: Run, options: TrainRunOptions): Promise<number> {
  if (isTrained(run)) return run.config.steps;
  return prepared(run, undefined, (opened, trainer) => trainAll(run, opened, trainer, options));
}

const isTrained = (run: Run) =>
  existsSync(run.checkpoint("last")) &&
  Number(decodeSafetensors(readFileSync(run.checkpoint("last")), run.checkpoint("last")).metadata.step) ===
    run.config.steps;
