import { crossEntropy } from "../engine/ops/crossEntropy.js";
import { unitRows } from "../engine/ops/unitRows.js";
import * as tf from "../engine/tf.js";

/**
 * InfoNCE of queries [n, D], each with its own key [n, D], against shared negatives [m, D]:
 * the mean of −log(e^{q·k/τ} / (e^{q·k/τ} + Σ e^{q·k⁻/τ})) with cosines (van den Oord et al. 2018; MoCo, He et al. 2020).
 * Keys and negatives without gradient must be constants.
 */
export function infoNce(
  queries: tf.Tensor,
  keys: tf.Tensor,
  negatives: tf.Tensor,
  { temperature = 0.2 } = {},
): tf.Scalar {
  const rows = unitRows(queries);
  const toOwn = rows.mul(unitRows(keys)).sum(-1, true); // [n, 1]
  const toOthers = rows.matMul(unitRows(negatives), false, true); // [n, m]
  const logits = tf.concat([toOwn, toOthers], 1).div(temperature);
  return crossEntropy(logits, tf.zeros([queries.shape[0]], "int32")).mean();
}
