import { existsSync } from "node:fs";
import { join } from "node:path";
import { benchmarkNamed } from "../benchmarks/index.js";
import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import { isTested } from "../methods/method.js";
import { Problem } from "../problem.js";
import { chosenData, type PredictionChoice } from "../training/evaluation/choice.js";
import type { EvaluateOptions } from "../training/evaluation/evaluate.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import { assess } from "./assess.js";
import { readRun } from "./records.js";
import { createTrainer, openData, startEngineFor } from "./workplace.js";

/** What to score and how. */
export interface Assessment extends Omit<EvaluateOptions, "onCase">, PredictionChoice {
  split?: "test" | "validation";
}

/**
 * Scores the tested weights of a run on disk, with other windows and components where they are chosen; writes nothing.
 * Throws a Problem where the choice does not fit the run's data; the test cases of a run that is not finished stay closed.
 */
export async function evaluateRun(
  folder: string,
  { split = "test", stride, weighting, ...options }: Assessment = {},
): Promise<Metrics> {
  const { config, environments, metrics } = readRun(folder);
  const checkpoint = (name: "last" | "best") => join(folder, "checkpoints", `${name}.safetensors`);
  if (!isTested(lookUp(methods, config.method, "method"), config.options))
    throw new Problem(
      `${folder}: a pre-training (${config.method}), which segments nothing yet; score a run that starts from it`,
    );
  if (split === "test" && !metrics)
    throw new Problem(
      `${folder}: not finished; train it to its end first (its command again), or score --split validation`,
    );
  const weights = checkpoint(config.checkpoint === "last" ? "last" : "best");
  if (!existsSync(weights))
    throw new Problem(
      `${weights}: missing; the run holds no such weights: train it first (published results have none)`,
    );
  const { largestComponent } = options;
  const data = chosenData(benchmarkNamed(config.benchmark), config.data, { stride, weighting, largestComponent });
  await startEngineFor(folder, environments[0]);
  const opened = await openData({ ...config, data });
  const trainer = createTrainer(config, opened);
  try {
    const place = { config, checkpoint, path: (...parts: string[]) => join(folder, ...parts) };
    return await assess(place, opened, trainer, { ...options, split });
  } finally {
    trainer.dispose();
  }
}
