import type * as tf from "../engine/tf.js";

/** What an encoder says of each image as a whole, [n, channels]: the average of the coarsest map of its pyramid. */
export function pooled(pyramid: readonly tf.Tensor[]): tf.Tensor {
  const map = pyramid[pyramid.length - 1];
  return map.reshape([map.shape[0], -1, map.shape[map.rank - 1]]).mean(1);
}
