import { unitRows } from "../engine/ops/unitRows.js";
import type * as tf from "../engine/tf.js";

/** Rows scaled to length 1, so that their products are cosines. */
export const unit = (rows: tf.Tensor): tf.Tensor => unitRows(rows);
