import type * as tf from "./tf.js";

/** [batch, …size, channels] as rows [pixels, channels]: several of WebGPU's operations know at most four axes. */
export const asRows = (x: tf.Tensor): tf.Tensor => x.reshape([-1, x.shape[x.rank - 1]]);
