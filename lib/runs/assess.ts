import { existsSync } from "node:fs";
import type { Opened } from "../benchmarks/benchmark.js";
import { onDisk, shortened } from "../disk.js";
import { writeNifti } from "../images/nifti/index.js";
import type { Trainer } from "../methods/method.js";
import { loadCheckpoint } from "../training/checkpoint.js";
import type { Config } from "../training/config/schema.js";
import { type EvaluateOptions, evaluate } from "../training/evaluation/evaluate.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import { predictorOf } from "../training/evaluation/predict.js";

/** Where the weights and the predictions of a run lie. */
interface Place {
  config: Config;
  path(...parts: string[]): string;
  checkpoint(name: "last" | "best"): string;
}

/** Path of a case's predicted label map in a run's folder; its name is short whatever the id is. */
export function predictionPath(id: string) {
  const name = encodeURIComponent(id);
  return ["predictions", `${name.length > 200 ? shortened(name) : name}.nii.gz`] as const;
}

/**
 * Loads the weights that the config says are tested and scores a split with them; where validation has chosen others (best, or last), those beside.
 * With `keep` the label maps of the first go into predictions/.
 */
export async function assess(
  place: Place,
  opened: Opened,
  trainer: Trainer,
  {
    split = "test",
    keep = false,
    onCase,
    ...options
  }: EvaluateOptions & { split?: "test" | "validation"; keep?: boolean } = {},
): Promise<Metrics> {
  const { benchmark, labeled, labeledSeed, method, preset, protocol, seed, steps, checkpoint } = place.config;
  const pathOf = (which: Metrics["checkpoint"]) => place.checkpoint(which === "last" ? "last" : "best");
  const load = (which: Metrics["checkpoint"]) => Number(loadCheckpoint(pathOf(which), trainer.variables).step);
  const predictor = predictorOf(trainer);
  const testedStep = load(checkpoint);
  if (split === "test") opened.openTest();
  const scores = await evaluate(predictor, opened, opened[split], {
    ...options,
    onCase(example, prediction, done) {
      const file = place.path(...predictionPath(example.id));
      if (keep) onDisk(file, () => writeNifti(file, prediction));
      onCase?.(example, prediction, done);
    },
  });
  const { phantom } = opened.benchmark;
  const setting = { benchmark, phantom, labeled, labeledSeed, method, preset, protocol, seed, steps };
  const tested = { ...setting, checkpoint, testedStep, ...scores };
  const other = checkpoint === "last" ? "bestVal" : "last";
  if (opened.validation.ids.length === 0 || !existsSync(pathOf(other))) return tested; // a run that is not finished may hold one alone
  const otherStep = load(other);
  const { mean } =
    otherStep === testedStep ? scores : await evaluate(predictor, opened, opened[split], { ...options, onCase });
  return { ...tested, beside: { checkpoint: other, testedStep: otherStep, mean } };
}
