import { gatherScalars } from "../engine/ops/gather.js";
import { unitRows } from "../engine/ops/unitRows.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** Columns (int32) of the `count` rows of a queue [K, F] that are nearest to each of some rows [n, F] by their cosine: [n, count]. */
export const nearestIn = (rows: tf.Tensor, queue: tf.Tensor, count: number): tf.Tensor =>
  withoutGradient(() => tf.topk(unitRows(rows).matMul(unitRows(queue), false, true), count).indices);

/**
 * Queries [n, D] are to be told to their neighbours among the entries [K, D] of a queue: the mean over the neighbours [n, k] of −log softmax(q·entry/τ), with cosines
 * (Van Gansbeke et al., NeurIPS 2021, section 4.3).
 */
export function neighborContrast(
  queries: tf.Tensor,
  entries: tf.Tensor,
  neighbors: tf.Tensor,
  { temperature = 0.2 } = {},
): tf.Scalar {
  const logits = unitRows(queries).matMul(unitRows(entries), false, true).div(temperature); // [n, K]
  return gatherScalars(tf.logSoftmax(logits), neighbors).neg().mean();
}
