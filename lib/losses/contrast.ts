import { crossEntropy } from "../engine/ops/crossEntropy.js";
import { gatherRows } from "../engine/ops/gather.js";
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
  const others = own ? scalarsAt(toNegatives, own) : toNegatives;
  const logits = tf.concat([toPositive, others], -1).div(temperature);
  return crossEntropy(logits, tf.zeros(queries.shape.slice(0, -1), "int32"));
}

/** Of each row of a matrix [n, m] the values at its own columns: scalars of the product, since rows of negatives would take D times the memory. */
function scalarsAt(matrix: tf.Tensor, columns: Int32Array | tf.Tensor): tf.Tensor {
  const [n, m] = matrix.shape;
  const wanted = columns instanceof Int32Array ? tf.tensor1d(columns, "int32") : columns;
  const starts = tf.range(0, n, 1, "int32").mul(tf.scalar(m, "int32")).reshape([n, 1]);
  const indices = wanted.reshape([n, -1]).add(starts).reshape([-1]);
  return gatherRows(matrix.reshape([-1, 1]), indices).reshape([n, -1]);
}
