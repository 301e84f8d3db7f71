import type * as tf from "../engine/tf.js";

/** Rows scaled to length 1, so that their products are cosines; the bound (PyTorch's) keeps a row of zeros, and its gradient, at zero. */
export const unit = (rows: tf.Tensor): tf.Tensor => rows.div(rows.square().sum(-1, true).maximum(1e-16).sqrt());
