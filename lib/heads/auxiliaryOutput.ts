import { convBias } from "../engine/ops/conv.js";
import { repeat, resize } from "../engine/ops/resize.js";
import type { Rng } from "../engine/random.js";
import type * as tf from "../engine/tf.js";
import { type Conv, convInit } from "../networks/blocks.js";

/** How logits of a coarse map get the size of the image: as nearest neighbours or by linear interpolation. */
export type Upsampling = "nearest" | "linear";

/** Random parameters of an auxiliary output of a map with so many channels; as released, its kernel is 3×3 for images and 1×1×1 for volumes. */
export const auxiliaryOutputInit = (rng: Rng, axes: number, width: number, classes: number): Conv =>
  convInit(rng, axes === 3 ? [1, 1, 1] : [3, 3], width, classes);

/** Logits [batch, …size, classes] of a coarser map [batch, …, width] of a decoder: a convolution, then upsampling to a size that is a multiple of the map's. */
export function auxiliaryOutput(
  map: tf.Tensor,
  { weight, bias }: Conv,
  { size, upsampling }: { size: readonly number[]; upsampling: Upsampling },
): tf.Tensor {
  const logits = convBias(map, weight, bias);
  return upsampling === "nearest" ? repeat(logits, size) : resize(logits, size);
}
