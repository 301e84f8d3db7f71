import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/**
 * L_eqv (MONA's term): the Kullback–Leibler divergence of the prediction on warped images from the warped prediction, over the pixels of a
 * mask [batch, height, width], per image, then averaged. Both are logits [batch, height, width, classes]; the target has no gradient.
 */
export function equivariance(
  logits: tf.Tensor,
  target: tf.Tensor,
  mask: tf.Tensor,
  { epsilon = 1e-7 } = {},
): tf.Scalar {
  const batch = logits.shape[0];
  const { logTruth, weighted, total } = withoutGradient(() => {
    const known = tf.logSoftmax(asRows(target));
    const weight = mask.reshape([-1, 1]);
    return {
      logTruth: known,
      weighted: known.exp().mul(weight),
      total: weight.reshape([batch, -1]).sum(1).add(epsilon),
    };
  });
  const divergence = weighted.mul(logTruth.sub(tf.logSoftmax(asRows(logits))));
  return divergence.reshape([batch, -1]).sum(1).div(total).mean();
}
