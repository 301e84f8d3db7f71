import { Problem } from "../problem.js";
import type { Mask } from "./mask.js";
import { dice, jaccard, type Overlap, overlap } from "./overlap.js";
import { hausdorff, meanDistance, surfaceDistances, symmetricDistance } from "./surface.js";

export type { Mask } from "./mask.js";

/** How well one class of one volume was found. Distances are null where they are not defined. */
export interface Score {
  dice: number;
  jaccard: number;
  /** 95th percentile of the Hausdorff distance. */
  hd95: number | null;
  /** Mean distance of the prediction's surface to the truth's: what the released code calls ASD. */
  asd: number | null;
  /** The same from the truth's surface. */
  asdReverse: number | null;
  /** Average symmetric surface distance: the ASD of the paper's text. */
  assd: number | null;
  /** Whether the class is in both, was missed (in the truth alone), invented (in the prediction alone) or absent (in neither). */
  outcome: "both" | "missed" | "invented" | "absent";
}

/**
 * What an empty mask counts. `honest`: absent 1 and no distance, invented 0 and no distance, missed 0 and the diagonal of the image.
 * `released2d` and `released3d`: as the released test scripts do, where an empty prediction has distance 0 and an invented organ Dice 1 (2D)
 * or ends the script (3D, here a Problem).
 */
export type EmptyPolicy = "honest" | "released2d" | "released3d";

/** Scores a prediction of one class against the truth on the same grid. Distances are in the unit of `spacing` (voxels by default). */
export function score(prediction: Mask, truth: Mask, { spacing, emptyPolicy = "honest" }: { spacing?: readonly number[]; emptyPolicy?: EmptyPolicy } = {}): Score {
  const counts = overlap(prediction, truth);
  const outcome = outcomeOf(counts);
  if (outcome !== "both") return empty(outcome, emptyPolicy, truth.shape, spacing);
  const distances = surfaceDistances(prediction, truth, spacing);
  return {
    dice: dice(counts),
    jaccard: jaccard(counts),
    hd95: hausdorff(distances),
    asd: meanDistance(distances.toTruth),
    asdReverse: meanDistance(distances.toPrediction),
    assd: symmetricDistance(distances),
    outcome,
  };
}

function outcomeOf({ prediction, truth }: Overlap): Score["outcome"] {
  if (truth > 0) return prediction > 0 ? "both" : "missed";
  return prediction > 0 ? "invented" : "absent";
}

function empty(outcome: "missed" | "invented" | "absent", policy: EmptyPolicy, shape: readonly number[], spacing: readonly number[] = shape.map(() => 1)): Score {
  const filled = (overlaps: number, distance: number | null): Score => ({
    dice: overlaps,
    jaccard: overlaps,
    hd95: distance,
    asd: distance,
    asdReverse: distance,
    assd: distance,
    outcome,
  });
  if (policy === "honest") return outcome === "missed" ? filled(0, Math.hypot(...shape.map((size, axis) => size * spacing[axis]))) : filled(outcome === "absent" ? 1 : 0, null);
  if (outcome === "invented" && policy === "released3d")
    throw new Problem("metrics: the released 3D script fails when a class is predicted that the truth does not have; use the empty policy honest");
  return filled(outcome === "invented" ? 1 : 0, 0);
}
