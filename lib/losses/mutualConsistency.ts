import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/**
 * S(p) = p^(1/T) / (p^(1/T) + (1 − p)^(1/T)) of every single probability, T ≤ 1: near 0 or 1 unless p is near ½. What comes out is no distribution
 * over the classes. Computed as σ(ln(p / (1 − p)) / T), which is the same in a third of the time; the ends of [0, 1] are cut off by 1e-7.
 */
export function sharpened(probabilities: tf.Tensor, { temperature = 0.1 } = {}): tf.Tensor {
  const p = probabilities.clipByValue(1e-7, 1 - 1e-7);
  return p.div(tf.sub(1, p)).log().div(temperature).sigmoid();
}

/**
 * How far the predictions p of several decoders are from each other's soft pseudo labels: Σ_{i≠j} of the mean squared difference of p_i from S(p_j),
 * over batch, space and classes (Wu et al., MICCAI 2021). Logits [..., classes] of the same images; the gradient reaches both sides, as released.
 */
export function mutualConsistency(logits: readonly tf.Tensor[], { temperature = 0.1 } = {}): tf.Scalar {
  const probabilities = logits.map((each) => tf.softmax(asRows(each)));
  const pseudo = probabilities.map((each) => sharpened(each, { temperature }));
  const differences = probabilities.flatMap((own, i) =>
    pseudo.filter((_, j) => j !== i).map((other) => own.sub(other).square().mean<tf.Scalar>()),
  );
  return tf.addN(differences);
}
