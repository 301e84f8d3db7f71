import * as tf from "../engine/tf.js";

/** Weights of the terms. */
export interface VicregWeights {
  /** λ. */
  invariance?: number;
  /** μ. */
  variance?: number;
  /** ν. */
  covariance?: number;
}

/**
 * VICReg of two views' embeddings [n, D] and its terms: λ·invariance + μ·(the mean of the views' variance terms) + ν·(the sum of their covariance terms)
 * (Bardes et al., ICLR 2022, equation 6; the mean as in the official code).
 */
export function vicregLoss(
  first: tf.Tensor,
  second: tf.Tensor,
  { invariance: lambda = 25, variance: mu = 25, covariance: nu = 1 }: VicregWeights = {},
): Record<"loss" | "invariance" | "variance" | "covariance", tf.Scalar> {
  const terms = {
    invariance: invariance(first, second),
    variance: mean(variance(first), variance(second)),
    covariance: covariance(first).add<tf.Scalar>(covariance(second)),
  };
  const loss: tf.Scalar = terms.invariance.mul(lambda).add(terms.variance.mul(mu)).add(terms.covariance.mul(nu));
  return { loss, ...terms };
}

const mean = (one: tf.Scalar, other: tf.Scalar): tf.Scalar => one.add(other).div(2);

/** Invariance: the mean squared difference of two views' embeddings [n, D]. */
export const invariance = (first: tf.Tensor, second: tf.Tensor): tf.Scalar => first.sub(second).square().mean();

/** Variance: the mean over the dimensions of how much their standard deviation over the images, √(Var + 10⁻⁴), falls short of 1. */
export function variance(embeddings: tf.Tensor): tf.Scalar {
  const deviation = centered(embeddings)
    .square()
    .sum(0)
    .div(embeddings.shape[0] - 1)
    .add(1e-4)
    .sqrt();
  return tf.sub(1, deviation).relu().mean();
}

/** Covariance: the sum over pairs of different dimensions of their squared covariance over the images, divided by the number of dimensions. */
export function covariance(embeddings: tf.Tensor): tf.Scalar {
  const [n, dimensions] = embeddings.shape;
  const rows = centered(embeddings);
  const covariances = rows.matMul(rows, true).div(n - 1); // [D, D]
  return covariances
    .mul(tf.sub(1, tf.eye(dimensions)))
    .square()
    .sum()
    .div(dimensions);
}

const centered = (embeddings: tf.Tensor) => embeddings.sub(embeddings.mean(0));
