import type * as tf from "../engine/tf.js";

/** Global average pooling of an encoder's coarsest map, [n, channels]. */
export function pooled(pyramid: readonly tf.Tensor[]): tf.Tensor {
  const map = pyramid[pyramid.length - 1];
  return map.reshape([map.shape[0], -1, map.shape[map.rank - 1]]).mean(1);
}
