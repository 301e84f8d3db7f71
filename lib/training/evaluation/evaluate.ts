import { setImmediate } from "node:timers/promises";
import type { Case, CaseSet, Opened } from "../../benchmarks/benchmark.js";
import { largestComponents } from "../../images/largestComponent.js";
import type { Volume } from "../../images/volume.js";
import type { Predictor } from "../../methods/method.js";
import { dice, overlap } from "../../metrics/overlap.js";
import type { EmptyPolicy, Mask } from "../../metrics/score.js";
import { Problem } from "../../problem.js";
import type { Validation } from "../loop.js";
import type { Scores } from "./metrics.js";
import { predictVolume } from "./predict.js";
import { scorerOf } from "./scoring.js";

/** How volumes are scored and who is told. */
export interface EvaluateOptions {
  /** What counts where a class is missing in the truth or in the prediction. */
  emptyPolicy?: EmptyPolicy;
  /** Unit of distances; the benchmark's own unless told otherwise. */
  unit?: "mm" | "voxel";
  /** Keeps of each foreground class of a prediction its largest component alone. */
  largestComponent?: boolean;
  /** Called with each volume's prediction. */
  onCase?: (example: Case, prediction: Volume<Uint8Array>, done: number) => void;
  /** Called after each volume, and within it between batches of windows or slices: then `done` has a part of it. */
  onProgress?: (progress: { done: number; of: number; id: string }) => void;
  /** Stops between two volumes, or two batches of one, by throwing the signal's reason. */
  signal?: AbortSignal;
}

/** Scores every class (of volumes: every foreground class) in every case of a set with the network as it is now. Lets other work in between volumes, and between batches of windows or slices. */
export async function evaluate(
  trainer: Predictor,
  opened: Opened,
  set: CaseSet,
  options: EvaluateOptions = {},
): Promise<Scores> {
  const {
    emptyPolicy = "honest",
    unit = opened.benchmark.unit,
    largestComponent,
    onCase,
    onProgress,
    signal,
  } = options;
  const scorer = scorerOf(opened.benchmark, { unit, emptyPolicy });
  const cases: Scores["cases"] = [];
  if (set.ids.length === 0) throw new Problem(`${opened.benchmark.name}: has no ${set.split} cases to score`);
  for (const index of set.ids.keys()) {
    await setImmediate();
    signal?.throwIfAborted();
    const example = await set.read(index);
    const tell = (done: number) => onProgress?.({ done, of: set.ids.length, id: example.id });
    const onShare = (share: number) => tell(index + share);
    const predicted = await predictVolume(trainer, opened, example.image, { signal, onShare });
    const prediction = largestComponent ? largestComponents(predicted) : predicted;
    cases.push({ id: example.id, scores: scorer.add(prediction, example.label) });
    onCase?.(example, prediction, cases.length);
    tell(cases.length);
  }
  const { classes } = scorer;
  const { perClass, ...inShort } = scorer.result();
  return {
    split: set.split,
    unit,
    emptyPolicy,
    classes,
    cases,
    perClass: perClass.map((one, i) => ({ name: classes[i], ...one })),
    ...inShort,
  };
}

/**
 * Mean Dice of every foreground class over the validation cases, and the mean of those; a class that is in neither mask counts 1.
 * Of photographs: of every class over all pixels of the set, and the mIoU.
 */
export async function validate(trainer: Predictor, opened: Opened): Promise<Validation> {
  if (opened.benchmark.kind === "photographs") {
    const { perClass, mean, miou } = await evaluate(trainer, opened, opened.validation);
    return { dice: mean.dice, perClass: perClass.map(({ dice }) => dice), miou: miou?.mean };
  }
  const sums = opened.benchmark.classes.slice(1).map(() => 0);
  const perCase: Record<string, number> = {};
  for (const [index, id] of opened.validation.ids.entries()) {
    await setImmediate();
    const { image, label } = await opened.validation.read(index);
    const prediction = await predictVolume(trainer, opened, image);
    perCase[id] = 0;
    for (const i of sums.keys()) {
      const found = dice(overlap(...masks(prediction, label, i + 1)));
      const value = Number.isNaN(found) ? 1 : found;
      sums[i] += value;
      perCase[id] += value / sums.length;
    }
  }
  const perClass = sums.map((sum) => sum / opened.validation.ids.length);
  return { dice: perClass.reduce((sum, value) => sum + value, 0) / perClass.length, perClass, perCase };
}

/** Where prediction and truth say a class; what is not labelled (255) belongs to none. */
function masks(prediction: Volume<Uint8Array>, truth: Volume<Uint8Array>, value: number): [Mask, Mask] {
  const where = (data: Uint8Array) => ({
    data: data.map((found, i) => (found === value && truth.data[i] !== 255 ? 1 : 0)),
    shape: truth.shape,
  });
  return [where(prediction.data), where(truth.data)];
}
