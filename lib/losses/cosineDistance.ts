import { unitRows } from "../engine/ops/unitRows.js";
import * as tf from "../engine/tf.js";

/** Mean squared distance of the rows [n, D] of two matrices at length 1: 2 − 2·cosine (Grill et al., NeurIPS 2020, equation 2). A side without gradient must be a constant. */
export const cosineDistance = (rows: tf.Tensor, others: tf.Tensor): tf.Scalar =>
  tf.sub(2, unitRows(rows).mul(unitRows(others)).sum(-1).mean().mul(2));
