import type * as tf from "../engine/tf.js";
import { classSum, distributionsOf, toTheirMean } from "./distribution.js";

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
  const all = distributionsOf(outputs);
  const { p, log, mean, logMean } = all;
  const divergence =
    uncertainty === "fromMean" ? classSum(mean.mul(logMean)).sub(classSum(mean.mul(log))) : toTheirMean(all); // D
  const certainty = divergence.neg().exp(); // e^−D
  const distance = classSum(p.sub(mean).square()); // |p − p̄|²
  const rectified = distance.mul(certainty).mean(1).div(certainty.mean(1).add(1e-8));
  return rectified
    .div(p.shape[2] ?? 0)
    .add(divergence.mean(1))
    .mean();
}
