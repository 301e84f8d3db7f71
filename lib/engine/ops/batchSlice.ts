import type * as tf from "../tf.js";

/** Examples `from` … `from + count − 1` of a batch [batch, …]. As rows, since WebGPU has no gradient for a slice of a volume. */
export const batchSlice = (tensor: tf.Tensor, from: number, count: number): tf.Tensor =>
  tensor
    .reshape([tensor.shape[0], -1])
    .slice([from, 0], [count, -1])
    .reshape([count, ...tensor.shape.slice(1)]);
