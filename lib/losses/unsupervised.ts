import { crossEntropy } from "../engine/ops/crossEntropy.js";
import type * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** The confidence threshold, and the loss of a batch in which every pixel is ignored. */
export interface UnsupervisedOptions {
  threshold?: number;
  /** Every pixel teaches, as much as its image has sure ones (as published), or sure pixels alone teach. */
  weighting?: "image" | "pixel";
  /** The released code divides by zero where every pixel is ignored. */
  empty?: "zero" | "nan";
}

/**
 * L_unsup: cross entropy of logits [batch, …size, classes] to pseudo labels int32 [batch, …size] (−1: ignored), each image weighted by the fraction
 * of its pixels whose confidence [batch, …size] reaches the threshold; mean over the pixels whose cross entropy is above 0, as released. With `weighting: "pixel"`
 * (FixMatch) a pixel below the threshold teaches nothing, and the mean is over all that have a pseudo label.
 */
export function unsupervised(
  logits: tf.Tensor,
  labels: tf.Tensor,
  confidence: tf.Tensor,
  { threshold = 0.97, weighting = "image", empty = "zero" }: UnsupervisedOptions = {},
): tf.Scalar {
  const pixels = (flags: tf.Tensor) => flags.cast("float32").reshape([flags.shape[0], -1]); // [batch, pixels]
  const loss = crossEntropy(logits, labels).reshape([logits.shape[0], -1]); // [batch, pixels]
  const { weight, count } = withoutGradient(() => {
    const sure = pixels(confidence.greaterEqual(threshold));
    const labeled = pixels(labels.greaterEqual(0));
    return weighting === "pixel"
      ? { weight: sure, count: labeled.sum() }
      : { weight: sure.sum(1, true).div(labeled.sum(1, true).maximum(1)), count: pixels(loss.greater(0)).sum() };
  });
  return loss
    .mul(weight)
    .sum()
    .div(empty === "zero" ? count.maximum(1) : count);
}
