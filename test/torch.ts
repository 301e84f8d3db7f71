import type { Entry } from "../lib/engine/safetensors.js";
import * as tf from "../lib/engine/tf.js";

/** A tensor as the fixtures print it: row-major, PyTorch's layout. */
export interface Printed {
  shape: number[];
  data: number[];
}

/** A printed tensor as an array with a shape. */
export const entry = ({ shape, data }: Printed): Entry => ({ shape, values: Float32Array.from(data) });

/** A printed [batch, channels, …size] as a tensor [batch, …size, channels]. */
export function channelsLast({ shape, data }: Printed): tf.Tensor {
  const [first, second, ...rest] = shape.map((_, axis) => axis);
  return tf.tidy(() => tf.tensor(data, shape).transpose([first, ...rest, second]));
}

/** The numbers of a tensor [batch, …size, channels] in PyTorch's order [batch, channels, …size]. */
export function channelsFirst(x: tf.Tensor): Promise<ArrayLike<number>> {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose([0, x.rank - 1, ...axes.slice(1, -1)]).data();
}
