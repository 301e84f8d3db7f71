import { asRows } from "../engine/rows.js";
import type * as tf from "../engine/tf.js";

/** Squared difference of two maps [..., classes]: mean over pixels, sum over classes, so that each counts as the only one of a binary task does. */
export const squaredError = (found: tf.Tensor, truth: tf.Tensor): tf.Scalar =>
  asRows(found)
    .sub(asRows(truth))
    .square()
    .mean()
    .mul(found.shape[found.rank - 1]);
