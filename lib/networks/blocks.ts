import { type ActivatedNormOptions, activatedNorm } from "../engine/ops/activatedNorm.js";
import type { Norm } from "../engine/ops/batchNorm.js";
import { conv } from "../engine/ops/conv.js";
import { parameter, statistic, uniformInit } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import type { Mode } from "./network.js";

/** A convolution's filter [...kernel, in, out] and bias [out]. */
export type Conv = { weight: tf.Variable; bias: tf.Variable };
/** A convolution and the batch normalisation behind it. */
export type ConvNorm = { conv: Conv; norm: Norm & { [name: string]: tf.Variable } };
/** Two of these, each followed by a leaky ReLU, with dropout in between. */
export type Block = { first: ConvNorm; second: ConvNorm };

/** A convolution with PyTorch's default initialisation; `kernel` is [height, width] or [x, y, z]. */
export function convInit(rng: Rng, kernel: number[], inputs: number, outputs: number): Conv {
  const fanIn = inputs * kernel.reduce((a, b) => a * b, 1);
  const weight = parameter(uniformInit(rng, [...kernel, inputs, outputs], fanIn));
  return { weight, bias: parameter(uniformInit(rng, [outputs], fanIn)) };
}

/** A transposed convolution with PyTorch's default initialisation, whose fan-in counts the outputs. */
export function upConvInit(rng: Rng, kernel: number[], inputs: number, outputs: number): Conv {
  const fanIn = outputs * kernel.reduce((a, b) => a * b, 1);
  const weight = parameter(uniformInit(rng, [...kernel, outputs, inputs], fanIn));
  return { weight, bias: parameter(uniformInit(rng, [outputs], fanIn)) };
}

/** Batch normalisation that starts as the identity on normalised input. */
export const normInit = (channels: number): Norm & { [name: string]: tf.Variable } => ({
  scale: parameter(tf.ones([channels])),
  offset: parameter(tf.zeros([channels])),
  mean: statistic(tf.zeros([channels])),
  variance: statistic(tf.ones([channels])),
});

/** Parameters of a block of two 3×3 convolutions. */
export function blockInit(rng: Rng, inputs: number, outputs: number): Block {
  const half = (from: number): ConvNorm => ({ conv: convInit(rng, [3, 3], from, outputs), norm: normInit(outputs) });
  return { first: half(inputs), second: half(outputs) };
}

/** Conv 3×3 → BN → leaky ReLU → dropout → conv 3×3 → BN → leaky ReLU (ConvBlock of SSL4MIS's U-Net). */
export function block(x: tf.Tensor, { first, second }: Block, rate: number, mode: Mode): tf.Tensor {
  const seed = mode.training && rate > 0 ? mode.masks?.() : undefined;
  return convNorm(convNorm(x, first, mode, { rate, seed }), second, mode);
}

/** Convolution ("same") → BN → leaky ReLU → dropout where a seed is given. */
const convNorm = (x: tf.Tensor, part: ConvNorm, mode: Mode, drop: Pick<ActivatedNormOptions, "rate" | "seed"> = {}) =>
  activated(conv(x, part.conv.weight), part, mode, drop);

/**
 * Batch normalisation and activation behind a convolution that left its bias out: the bias goes to the normalisation, which cancels it in
 * training and saves its addition and its gradient. Frees what it is given.
 */
export function activated(
  convolved: tf.Tensor,
  { conv: { bias }, norm }: ConvNorm,
  { training, track }: Mode,
  more: Pick<ActivatedNormOptions, "slope" | "rate" | "seed"> = {},
): tf.Tensor {
  const out = activatedNorm(convolved, norm, { training, bias, track, ...more });
  convolved.dispose(); // the gradient keeps what it needs
  return out;
}
