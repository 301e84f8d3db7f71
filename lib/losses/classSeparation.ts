import { unitRows } from "../engine/ops/unitRows.js";
import * as tf from "../engine/tf.js";

/** Weights with mean 1, as column vectors. */
export interface SeparationWeights {
  pixels: tf.Tensor; // [n, 1]
  memory: tf.Tensor; // [k, 1]
}

/**
 * The distance of a class's pixels [n, features] from its vectors in memory [k, features]: the mean over both of (1 − cos)·a_pixel·a_memory
 * (Alonso et al., ICCV 2021; SS-Net's L_c).
 */
export function classSeparation(
  pixels: tf.Tensor,
  memory: tf.Tensor,
  { pixels: a, memory: b }: SeparationWeights,
): tf.Scalar {
  // The mean over i and j of (1 − uᵢ·vⱼ)·aᵢ·bⱼ is the mean over i of aᵢ·(mean b − uᵢ·mean(b·v)): a volume's millions of pixels never meet each vector.
  const center = unitRows(memory).mul(b).mean(0, true);
  const distance = tf.sub(b.mean(), unitRows(pixels).matMul(center, false, true)); // [n, 1]
  return distance.mul(a).mean();
}

/** Weights from scores [n, 1]: their sigmoids, scaled to mean 1. */
export function attention(scores: tf.Tensor): tf.Tensor {
  const weights = scores.sigmoid();
  return weights.div(weights.mean());
}
