import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { squaredError } from "./squaredError.js";

/**
 * Dual-task consistency (Luo et al., AAAI 2021): how far the soft masks σ(−k·d) of signed distances d [..., classes − 1] are from the probabilities of the
 * foreground classes, for logits [..., classes]. Squared, mean over pixels, sum over classes; both sides get gradient.
 */
export function dualTask(distances: tf.Tensor, logits: tf.Tensor, { steepness = 1500 } = {}): tf.Scalar {
  const masks = asRows(distances).mul(-steepness).sigmoid();
  const probabilities = tf.softmax(asRows(logits)).slice([0, 1]); // without the background
  return squaredError(masks, probabilities);
}
