import { Problem } from "../problem.js";
import type { Overlap } from "./overlap.js";

/**
 * How a class is scored that is missing in prediction, truth or both. "honest": Dice 1 where it is rightly absent, 0 for a false positive or false negative;
 * "released2d" and "released3d": as in the official scripts, which flatter both errors.
 */
export type EmptyPolicy = "honest" | "released2d" | "released3d";

/** Whether a class is in both masks, in the truth alone (false negative), in the prediction alone (false positive) or in neither (absent). */
export type DetectionOutcome = "both" | "falseNegative" | "falsePositive" | "absent";

/** Which of the masks are empty. */
export function detectionOutcome({ prediction, truth }: Overlap): DetectionOutcome {
  if (prediction > 0) return truth > 0 ? "both" : "falsePositive";
  return truth > 0 ? "falseNegative" : "absent";
}

/**
 * Dice (and Jaccard), and all distances, of a class of which a mask is empty; null where a distance has no meaning.
 * Under the honest policy a false negative has the distance `falseNegative`. Throws a Problem where the released 3D script stops with an error.
 */
export function emptyScore(
  outcome: Exclude<DetectionOutcome, "both">,
  policy: EmptyPolicy,
  falseNegative: number | null,
): { overlap: number; distance: number | null } {
  if (policy === "honest")
    return { overlap: outcome === "absent" ? 1 : 0, distance: outcome === "falseNegative" ? falseNegative : null };
  if (policy === "released3d" && outcome === "falsePositive")
    throw new Problem(
      'metrics: the released 3D script stops with an error where a class is predicted that the truth does not have; choose the empty policy "honest"',
    );
  return { overlap: outcome === "falsePositive" ? 1 : 0, distance: 0 };
}
