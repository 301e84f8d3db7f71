import type * as tf from "../engine/tf.js";
import { distributionOf, klDivergence, meanDistribution } from "./distribution.js";

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
  const each = outputs.map(distributionOf);
  const mean = meanDistribution(each); // p̄
  return each
    .map((one) => {
      const divergence = uncertainty === "fromMean" ? klDivergence(mean, one) : klDivergence(one, mean); // D
      const certainty = divergence.neg().exp(); // e^−D
      const rectified = one.p.sub(mean.p).square().mul(certainty).mean();
      return rectified.div(certainty.mean().add(1e-8)).add<tf.Scalar>(divergence.mean());
    })
    .reduce((sum, one) => sum.add(one))
    .div(outputs.length);
}
