import type * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";
import { consistency } from "./consistency.js";

/**
 * The deviation of auxiliary predictions from the main one: the mean over them of the mean squared difference of the class distributions
 * (Ouali et al., CVPR 2020). Logits [..., classes]; with `stopGradient` the main ones are only a target.
 */
export function crossConsistency(
  main: tf.Tensor,
  others: readonly tf.Tensor[],
  { stopGradient = true } = {},
): tf.Scalar {
  const target = stopGradient ? withoutGradient(() => main.clone()) : main;
  return others
    .map((logits) => consistency(logits, target))
    .reduce((sum, one) => sum.add(one))
    .div(others.length);
}
