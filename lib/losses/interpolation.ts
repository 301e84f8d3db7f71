import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/** Mix_λ: (1 − λ)·first + λ·second, image by image. Both [images, …], λ [images]. */
export function interpolate(first: tf.Tensor, second: tf.Tensor, share: tf.Tensor): tf.Tensor {
  const rows = (images: tf.Tensor) => images.reshape([images.shape[0], -1]);
  const weight = share.reshape([-1, 1]);
  return rows(first).mul(tf.sub(1, weight)).add(rows(second).mul(weight)).reshape(first.shape);
}

/**
 * Mean squared difference, over batch, space and classes, of the class distributions of interpolated images from the interpolated distributions of the
 * two images of each (Verma et al., IJCAI 2019). Logits [images, …size, classes], λ [images]; those of the two must be constants.
 */
export function interpolationConsistency(
  mixed: tf.Tensor,
  [first, second]: readonly [tf.Tensor, tf.Tensor],
  share: tf.Tensor,
): tf.Scalar {
  const distributions = (logits: tf.Tensor) => tf.softmax(asRows(logits)).reshape([logits.shape[0], -1]);
  return distributions(mixed)
    .sub(interpolate(distributions(first), distributions(second), share))
    .square()
    .mean();
}
