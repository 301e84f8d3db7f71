import * as tf from "../tf.js";

/** Maximum over blocks of 2 along every axis but batch and channels. */
export const maxPool = (x: tf.Tensor): tf.Tensor =>
  x.rank === 5 ? tf.maxPool3d(x as tf.Tensor5D, 2, 2, "valid") : tf.maxPool(x as tf.Tensor4D, 2, 2, "valid");
