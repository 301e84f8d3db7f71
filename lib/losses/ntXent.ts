import { crossEntropy } from "../engine/ops/crossEntropy.js";
import { unitRows } from "../engine/ops/unitRows.js";
import * as tf from "../engine/tf.js";

/**
 * NT-Xent of two views of n images, embeddings [n, D] each: every view is to find the other one of its image among all views but itself. The mean over the 2n views of
 * −log(e^{s⁺/τ} / Σ e^{s/τ}), where s are cosines, s⁺ that of the two views of an image (Chen et al., ICML 2020, equation 1).
 */
export function ntXent(first: tf.Tensor, second: tf.Tensor, { temperature = 0.1 } = {}): tf.Scalar {
  const images = first.shape[0];
  const rows = unitRows(tf.concat([first, second])); // [2n, D]
  const toItself = tf.eye(2 * images).mul(1e9); // out of the sum
  const logits = rows.matMul(rows, false, true).div(temperature).sub(toItself);
  const others = Int32Array.from({ length: 2 * images }, (_, view) => (view + images) % (2 * images));
  return crossEntropy(logits, tf.tensor1d(others, "int32")).mean();
}
