import { activatedNorm } from "../../engine/ops/activatedNorm.js";
import type { Norm } from "../../engine/ops/batchNorm.js";
import { type ConvOptions, conv } from "../../engine/ops/conv.js";
import { depthwise } from "../../engine/ops/depthwise.js";
import { parameter, uniformInit } from "../../engine/params.js";
import type { Rng } from "../../engine/random.js";
import type * as tf from "../../engine/tf.js";
import { normInit } from "../blocks.js";
import type { Mode } from "../network.js";

/** A convolution without bias [...kernel, in, out], or of each channel alone [...kernel, channels, 1], and the batch normalisation behind it. */
export type Part = { weight: tf.Variable; norm: Norm & { [name: string]: tf.Variable } };

/** What follows the convolution of a part. */
export interface Following {
  /** None unless told. */
  activation?: "relu" | "relu6" | "none";
  /** Of the normalisation. */
  epsilon?: number;
}

/** A part with PyTorch's default initialisation; `side` is that of its square kernel. */
export const partInit = (rng: Rng, side: number, inputs: number, outputs: number): Part => ({
  weight: parameter(uniformInit(rng, [side, side, inputs, outputs], side * side * inputs)),
  norm: normInit(outputs),
});

/** The same for a convolution of each channel alone. */
export const depthwiseInit = (rng: Rng, side: number, channels: number): Part => ({
  weight: parameter(uniformInit(rng, [side, side, channels, 1], side * side)),
  norm: normInit(channels),
});

/** Convolution → batch normalisation → activation. */
export const part = (x: tf.Tensor, { weight, norm }: Part, mode: Mode, how: ConvOptions & Following = {}): tf.Tensor =>
  normed(conv(x, weight, how), norm, mode, how);

/** The same with a convolution of each channel alone. */
export const depthwisePart = (
  x: tf.Tensor,
  { weight, norm }: Part,
  mode: Mode,
  how: { stride?: number } & Following = {},
): tf.Tensor => normed(depthwise(x, weight, how), norm, mode, how);

const slopes = { relu: 0, relu6: 0, none: 1 };

function normed(
  convolved: tf.Tensor,
  norm: Norm,
  { training, track }: Mode,
  { activation = "none", epsilon }: Following,
): tf.Tensor {
  const ceiling = activation === "relu6" ? 6 : undefined;
  const out = activatedNorm(convolved, norm, { training, track, epsilon, slope: slopes[activation], ceiling });
  convolved.dispose(); // the gradient keeps what it needs
  return out;
}
