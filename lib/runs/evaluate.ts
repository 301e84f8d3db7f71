import { existsSync } from "node:fs";
import { join } from "node:path";
import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import { isTested } from "../methods/method.js";
import { Problem } from "../problem.js";
import type { EvaluateOptions } from "../training/evaluation/evaluate.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import { assess } from "./assess.js";
import { readRun } from "./records.js";
import { createTrainer, openData, startEngineFor } from "./workplace.js";

/** What to score and how. */
export interface Assessment extends Omit<EvaluateOptions, "onCase"> {
  split?: "test" | "validation";
  onCase?: (done: number, cases: number) => void;
}

/** Scores the tested weights of a run on disk; writes nothing. The test cases of a run that is not finished stay closed. */
export async function evaluateRun(
  folder: string,
  { split = "test", onCase, ...options }: Assessment = {},
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
  await startEngineFor(folder, environments[0]);
  const opened = await openData(config);
  const trainer = createTrainer(config, opened);
  try {
    const place = { config, checkpoint, path: (...parts: string[]) => join(folder, ...parts) };
    const cases = opened[split].ids.length;
    return await assess(place, opened, trainer, { ...options, split, onCase: (_, __, done) => onCase?.(done, cases) });
  } finally {
    trainer.dispose();
  }
}
