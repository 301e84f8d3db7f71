import { type DetectionOutcome, detectionOutcome, type EmptyPolicy, emptyScore } from "./empty.js";
import { checkSameShape, checkSpacing, type Mask } from "./mask.js";
import { dice, jaccard, overlap } from "./overlap.js";
import { asd, asdReverse, assd, hd95, surfaceDistances } from "./surface.js";

export type { EmptyPolicy } from "./empty.js";
export type { Mask } from "./mask.js";

/** How well one class is found in one volume. Distances are null where they are not defined. */
export interface Score {
  dice: number;
  jaccard: number;
  hd95: number | null;
  /** Average surface distance, prediction to truth. */
  asd: number | null;
  /** Average surface distance, truth to prediction. */
  asdReverse: number | null;
  /** Average symmetric surface distance. */
  assd: number | null;
  outcome: DetectionOutcome;
}

/** In which unit, and by which rules, a class is scored. */
export interface ScoreOptions {
  /** Distance of neighbouring voxels along each axis; 1 by default, which gives distances in voxels. */
  spacing?: readonly number[];
  emptyPolicy?: EmptyPolicy;
  /** The distance of a false negative under the honest policy: the image's diagonal, or none. */
  falseNegativeDistance?: "diagonal" | "undefined";
}

/** Scores one class in one volume (or image). */
export function score(
  prediction: Mask,
  truth: Mask,
  { spacing = truth.shape.map(() => 1), emptyPolicy = "honest", falseNegativeDistance = "diagonal" }: ScoreOptions = {},
): Score {
  checkSpacing(spacing, truth);
  const counts = overlap(prediction, truth);
  const outcome = detectionOutcome(counts);
  if (outcome !== "both") {
    const diagonal = Math.hypot(...truth.shape.map((size, axis) => size * spacing[axis]));
    const { overlap, distance } = emptyScore(
      outcome,
      emptyPolicy,
      falseNegativeDistance === "diagonal" ? diagonal : null,
    );
    return {
      dice: overlap,
      jaccard: overlap,
      hd95: distance,
      asd: distance,
      asdReverse: distance,
      assd: distance,
      outcome,
    };
  }
  const distances = surfaceDistances(prediction, truth, { spacing });
  return {
    dice: dice(counts),
    jaccard: jaccard(counts),
    hd95: hd95(distances),
    asd: asd(distances),
    asdReverse: asdReverse(distances),
    assd: assd(distances),
    outcome,
  };
}

/** Scores every foreground class 1 … classes−1 of two label maps. Voxels that are not labelled (`ignore` in the truth) belong to no class, whatever was predicted. */
export function scoreVolume(
  prediction: Mask,
  truth: Mask,
  classes: number,
  { ignore = 255, ...options }: ScoreOptions & { ignore?: number } = {},
): Score[] {
  checkSameShape(prediction, truth);
  const only = ({ data, shape }: Mask, value: number): Mask => ({
    data: data.map((found, i) => (found === value && truth.data[i] !== ignore ? 1 : 0)),
    shape,
  });
  return Array.from({ length: classes - 1 }, (_, i) => score(only(prediction, i + 1), only(truth, i + 1), options));
}
