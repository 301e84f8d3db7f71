import { convBias } from "../engine/ops/conv.js";
import type { Rng } from "../engine/random.js";
import { asRows } from "../engine/rows.js";
import type * as tf from "../engine/tf.js";
import { type Conv, convInit } from "../networks/blocks.js";

/** A convolution from a decoder's last map of so many channels to the foreground classes, with the kernel that the U-Net's or V-Net's own last one has. */
export const distanceHeadInit = (
  rng: Rng,
  { width, classes, dimensions }: { width: number; classes: number; dimensions: number },
): Conv => convInit(rng, dimensions === 3 ? [1, 1, 1] : [3, 3], width, classes - 1);

/** Signed distances in (−1, 1) of each foreground class, [images, …size, classes − 1], from a decoder's last map. */
export function distanceHead(last: tf.Tensor, { weight, bias }: Conv): tf.Tensor {
  const raw = convBias(last, weight, bias);
  return asRows(raw).tanh().reshape(raw.shape);
}
