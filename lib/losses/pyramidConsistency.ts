import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/** Settings of the pyramid consistency. */
export interface PyramidConsistencyOptions {
  /** Uncertainty D of an output p: KL(p̄ ‖ p), as released, or KL(p ‖ p̄), as in the paper. */
  uncertainty?: "fromMean" | "toMean";
}

/**
 * Uncertainty rectified consistency of the outputs of several scales (Luo et al., MICCAI 2021): the mean over them of Σ e^−D (p − p̄)² / Σ e^−D + mean D, where p̄ is
 * their mean and D the divergence of an output from it at each pixel; where outputs disagree, (p − p̄)² counts less. Logits [..., classes].
 */
export function pyramidConsistency(
  outputs: readonly tf.Tensor[],
  { uncertainty = "fromMean" }: PyramidConsistencyOptions = {},
): tf.Scalar {
  const log = tf.logSoftmax(tf.stack(outputs.map(asRows))); // [outputs, pixels, classes]: all at once, which takes a third less time than one after the other
  const p = log.exp();
  const mean = p.mean(0, true); // p̄
  const logMean = mean.add(1e-30).log(); // finite where no output has anything left of a class
  const divergence =
    uncertainty === "fromMean"
      ? classSum(mean.mul(logMean)).sub(classSum(mean.mul(log)))
      : classSum(p.mul(log.sub(logMean))); // D
  const certainty = divergence.neg().exp(); // e^−D
  const distance = classSum(p.sub(mean).square()); // |p − p̄|²
  const rectified = distance.mul(certainty).mean(1).div(certainty.mean(1).add(1e-8));
  return rectified
    .div(p.shape[2] ?? 0)
    .add(divergence.mean(1))
    .mean();
}

/** Sums over the classes, [outputs, pixels]: as a product, which along so short an axis is faster than a sum, and so is its gradient. */
function classSum(values: tf.Tensor): tf.Tensor {
  const [outputs, , classes = 0] = values.shape;
  return values
    .reshape([-1, classes])
    .matMul(tf.ones([classes, 1]))
    .reshape([outputs, -1]);
}
