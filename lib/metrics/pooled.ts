import { detectionOutcome, type EmptyPolicy, emptyScore } from "./empty.js";
import { dice, jaccard, meanIoU, type Overlap } from "./overlap.js";
import type { Score } from "./score.js";
import { countsOf, type Summarised } from "./summarise.js";

/** Intersection over union of each class over all pixels of a set, null where it is in neither prediction nor truth; and the mean of those defined. */
export interface PooledIoU {
  mean: number;
  perClass: (number | null)[];
}

/** How well every class of one image is found, from its confusion matrix. Distances, which say nothing about photographs, are null. */
export function scoreCounts(counts: Float64Array, emptyPolicy: EmptyPolicy = "honest"): Score[] {
  return overlaps(counts).map((overlap) => {
    const outcome = detectionOutcome(overlap);
    const empty = outcome === "both" ? undefined : emptyScore(outcome, emptyPolicy, null).overlap;
    return { dice: empty ?? dice(overlap), jaccard: empty ?? jaccard(overlap), ...noDistance, outcome };
  });
}

/**
 * A set of images in short, as natural-image benchmarks are scored: all pixels in one confusion matrix, so that the mean Jaccard is the mIoU.
 * A class that is in no image and was never predicted counts 1 for itself, and not in the means.
 */
export function summarisePooled(
  cases: readonly (readonly Score[])[],
  counts: Float64Array,
): Summarised & { miou: PooledIoU } {
  const { perClass: ious, mean: miou } = meanIoU(counts);
  const dices = overlaps(counts).map(dice);
  const defined = dices.filter((value) => !Number.isNaN(value));
  return {
    perClass: ious.map((iou, c) => ({
      dice: iou === null ? 1 : dices[c],
      jaccard: iou ?? 1,
      ...noDistance,
      counts: countsOf(cases.map((one) => one[c])),
    })),
    mean: { dice: defined.reduce((sum, value) => sum + value, 0) / defined.length, jaccard: miou, ...noDistance },
    counts: countsOf(cases.flat()),
    miou: { mean: miou, perClass: ious },
  };
}

const noDistance = { hd95: null, asd: null, asdReverse: null, assd: null };

/** Pixels of each class of a confusion matrix. */
function overlaps(counts: Float64Array): Overlap[] {
  const classes = Math.sqrt(counts.length);
  const every = Array.from({ length: classes }, (_, i) => i);
  const sum = (at: (i: number) => number) => every.reduce((total, i) => total + counts[at(i)], 0);
  return every.map((c) => ({
    prediction: sum((i) => i * classes + c),
    truth: sum((i) => c * classes + i),
    both: counts[c * classes + c],
  }));
}
