import { crossEntropy } from "../engine/ops/crossEntropy.js";
import { gatherScalars } from "../engine/ops/gather.js";
import { unitRows } from "../engine/ops/unitRows.js";
import * as tf from "../engine/tf.js";

/** How representations are compared, and which negatives a query meets. */
export interface ContrastOptions {
  /** τ. */
  temperature?: number;
  /** The paper writes a dot product, the released code takes the cosine. */
  similarity?: "cosine" | "dot";
  /** Rows of the negatives, the same number for each query, query by query (int32); without them every query meets all negatives. */
  own?: Int32Array | tf.Tensor;
}

/**
 * The pixel contrast of each query, [n]: the cross entropy of telling the positive from the negatives, −log(e^{q·k⁺/τ} / (e^{q·k⁺/τ} + Σ e^{q·k⁻/τ})).
 * Queries [n, D], one positive [D] or [1, D], negatives [m, D]; keys that are to get no gradient must be constants. Or of several classes at once, [classes, n]:
 * queries [classes, n, D], positives [classes, 1, D] and negatives [classes, m, D], all of which their class shares.
 */
export function contrast(
  queries: tf.Tensor,
  positive: tf.Tensor,
  negatives: tf.Tensor,
  { temperature = 0.5, similarity = "cosine", own }: ContrastOptions = {},
): tf.Tensor {
  const prepare = similarity === "cosine" ? unitRows : (rows: tf.Tensor) => rows;
  const rows = prepare(queries);
  const key = queries.rank === 3 ? positive : positive.reshape([1, -1]);
  const toPositive = rows.matMul(prepare(key), false, true); // [n, 1]
  const toNegatives = rows.matMul(prepare(negatives), false, true); // [n, m]
  const others = own ? gatherScalars(toNegatives, own) : toNegatives; // rows of negatives would take D times the memory
  const logits = tf.concat([toPositive, others], -1).div(temperature);
  return crossEntropy(logits, tf.zeros(queries.shape.slice(0, -1), "int32"));
}
