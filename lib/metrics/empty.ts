import { Problem } from "../problem.js";
import type { Overlap } from "./overlap.js";

/**
 * What a class counts that is missing in prediction, truth or both. "honest": Dice 1 where it is rightly absent, 0 where it was invented or missed;
 * "released2d" and "released3d": as the official scripts have it, which flatter both errors.
 */
export type EmptyPolicy = "honest" | "released2d" | "released3d";

/** Whether a class is in both masks, only in the truth (missed), only in the prediction (invented) or in neither (absent). */
export type Outcome = "both" | "missed" | "invented" | "absent";

/** Which of the masks are empty. */
export function outcomeOf({ prediction, truth }: Overlap): Outcome {
  if (prediction > 0) return truth > 0 ? "both" : "invented";
  return truth > 0 ? "missed" : "absent";
}

/**
 * Dice (and Jaccard), and all distances, of a class of which a mask is empty; null where a distance has no meaning.
 * Under the honest policy a missed class is `missed` away. Throws a Problem where the released 3D script stops with an error.
 */
export function emptyScore(
  outcome: Exclude<Outcome, "both">,
  policy: EmptyPolicy,
  missed: number | null,
): { overlap: number; distance: number | null } {
  if (policy === "honest")
    return { overlap: outcome === "absent" ? 1 : 0, distance: outcome === "missed" ? missed : null };
  if (policy === "released3d" && outcome === "invented")
    throw new Problem(
      'metrics: the released 3D script stops with an error where a class is predicted that the truth does not have; choose the empty policy "honest"',
    );
  return { overlap: outcome === "invented" ? 1 : 0, distance: 0 };
}
