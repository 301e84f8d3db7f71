import { crossEntropy } from "../engine/ops/crossEntropy.js";
import type * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** The confidence threshold, and the loss of a batch in which every pixel is ignored. */
export interface UnsupervisedOptions {
  threshold?: number;
  /** The released code divides by zero where every pixel is ignored. */
  empty?: "zero" | "nan";
}

/**
 * L_unsup: cross entropy of logits [batch, …size, classes] to pseudo labels int32 [batch, …size] (−1: ignored), each image weighted by the fraction
 * of its pixels whose confidence [batch, …size] reaches the threshold; mean over the pixels whose cross entropy is above 0, as released.
 */
export function unsupervised(
  logits: tf.Tensor,
  labels: tf.Tensor,
  confidence: tf.Tensor,
  { threshold = 0.97, empty = "zero" }: UnsupervisedOptions = {},
): tf.Scalar {
  const byImage = (flags: tf.Tensor) => flags.cast("float32").reshape([flags.shape[0], -1]).sum(1, true); // [batch, 1]
  const loss = crossEntropy(logits, labels).reshape([logits.shape[0], -1]); // [batch, pixels]
  const { share, count } = withoutGradient(() => ({
    share: byImage(confidence.greaterEqual(threshold)).div(byImage(labels.greaterEqual(0)).maximum(1)),
    count: loss.greater(0).cast("float32").sum(),
  }));
  return loss
    .mul(share)
    .sum()
    .div(empty === "zero" ? count.maximum(1) : count);
}
