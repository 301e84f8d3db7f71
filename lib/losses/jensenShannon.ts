import type * as tf from "../engine/tf.js";
import { distributionOf, klDivergence, meanDistribution } from "./distribution.js";

/**
 * Mean Jensen–Shannon divergence of the class distributions of two networks, H(p̄) − ½(H(p₁) + H(p₂)) = ½(KL(p₁ ‖ p̄) + KL(p₂ ‖ p̄)), in nats (L_cot of
 * Qiao et al., ECCV 2018). Logits [..., classes].
 */
export function jensenShannon(first: tf.Tensor, second: tf.Tensor): tf.Scalar {
  const each = [first, second].map(distributionOf);
  const mean = meanDistribution(each);
  const [one, other] = each.map((own) => klDivergence(own, mean).mean<tf.Scalar>());
  return one.add<tf.Scalar>(other).div(2);
}
