import type { Opened } from "../benchmarks/benchmark.js";
import { onDisk, shortened } from "../disk.js";
import { writeNifti } from "../images/nifti/index.js";
import type { Trainer } from "../methods/method.js";
import { loadCheckpoint } from "../training/checkpoint.js";
import type { Config } from "../training/config/schema.js";
import { type EvaluateOptions, evaluate, predictorOf } from "../training/evaluation/evaluate.js";
import type { Metrics } from "../training/evaluation/metrics.js";

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

/** Loads the weights that the config says are tested and scores a split with them. With `keep` the label maps go into predictions/. */
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
  const { benchmark, labeled, labeledSeed, method, preset, protocol, seed, steps } = place.config;
  const { step } = loadCheckpoint(
    place.checkpoint(place.config.checkpoint === "last" ? "last" : "best"),
    trainer.variables,
  );
  if (split === "test") opened.openTest();
  const scores = await evaluate(predictorOf(trainer), opened, opened[split], {
    ...options,
    onCase(example, prediction, done) {
      const file = place.path(...predictionPath(example.id));
      if (keep) onDisk(file, () => writeNifti(file, prediction));
      onCase?.(example, prediction, done);
    },
  });
  const { phantom } = opened.benchmark;
  const tested = { checkpoint: place.config.checkpoint, testedStep: Number(step) };
  return { benchmark, phantom, labeled, labeledSeed, method, preset, protocol, seed, steps, ...tested, ...scores };
}
