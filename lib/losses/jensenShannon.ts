import type * as tf from "../engine/tf.js";
import { distributionsOf, toTheirMean } from "./distribution.js";

/**
 * Mean Jensen–Shannon divergence of the class distributions of two networks, H(p̄) − ½(H(p₁) + H(p₂)) = ½(KL(p₁ ‖ p̄) + KL(p₂ ‖ p̄)), in nats (L_cot of
 * Qiao et al., ECCV 2018). Logits [..., classes].
 */
export function jensenShannon(first: tf.Tensor, second: tf.Tensor): tf.Scalar {
  return toTheirMean(distributionsOf([first, second])).mean();
}
