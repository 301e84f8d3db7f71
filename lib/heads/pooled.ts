import type * as tf from "../engine/tf.js";

/** Global average pooling of a map [n, ...size, channels]: [n, channels]. */
export const pooled = (map: tf.Tensor): tf.Tensor => map.reshape([map.shape[0], -1, map.shape[map.rank - 1]]).mean(1);
