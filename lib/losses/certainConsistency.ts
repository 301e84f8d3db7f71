import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/** Uncertainty of a mean prediction p̄ [pixels, classes], in nats: its entropy −Σ p̄ ln(p̄ + 1e-6), [pixels] (Yu et al., MICCAI 2019). */
export const predictiveEntropy = (mean: tf.Tensor): tf.Tensor => mean.mul(mean.add(1e-6).log()).sum(1).neg();

/** Below which uncertainty a pixel counts, and by how many classes the sum over them is divided. */
export interface CertainConsistencyOptions {
  threshold: number;
  classes: number;
}

/**
 * Mean squared difference of two class distributions over the pixels whose uncertainty U [pixels] is below a threshold (Yu et al., MICCAI 2019):
 * Σ_{U < threshold} Σ_c (p_student − p_teacher)² / (classes·#{U < threshold} + 1e-16), 0 where there is none. Logits [..., classes]; all but the student's must be constants.
 */
export function certainConsistency(
  student: tf.Tensor,
  teacher: tf.Tensor,
  uncertainty: tf.Tensor,
  { threshold, classes }: CertainConsistencyOptions,
): tf.Scalar {
  const kept = tf.tidy(() => uncertainty.less(threshold).cast("float32"));
  const difference = tf.softmax(asRows(student)).sub(tf.softmax(asRows(teacher)));
  return difference.square().sum(1).mul(kept).sum().div(kept.sum().mul(classes).add(1e-16));
}
