import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/** Class distributions of several outputs at the same pixels, [outputs, pixels, classes], and their mean p̄, [1, pixels, classes]; with logarithms. */
export interface Distributions {
  p: tf.Tensor;
  log: tf.Tensor;
  mean: tf.Tensor;
  logMean: tf.Tensor;
}

/** The distributions of outputs' logits [..., classes]: all at once, which takes a third less time than one after the other. */
export function distributionsOf(outputs: readonly tf.Tensor[]): Distributions {
  const log = tf.logSoftmax(tf.stack(outputs.map(asRows)));
  const p = log.exp();
  const mean = p.mean(0, true);
  return { p, log, mean, logMean: mean.add(1e-30).log() }; // finite where no distribution has anything left of a class
}

/** Sums over the classes, [outputs, pixels]: as a product, which along so short an axis is faster than a sum, and so is its gradient. */
export function classSum(values: tf.Tensor): tf.Tensor {
  const [outputs, , classes = 0] = values.shape;
  return values
    .reshape([-1, classes])
    .matMul(tf.ones([classes, 1]))
    .reshape([outputs, -1]);
}

/** KL(p ‖ p̄) = Σ p (ln p − ln p̄) of each output at each pixel, [outputs, pixels]. */
export const toTheirMean = ({ p, log, logMean }: Distributions): tf.Tensor => classSum(p.mul(log.sub(logMean)));
