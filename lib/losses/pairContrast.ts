import { unitRows } from "../engine/ops/unitRows.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** Positive and negative pairs among the embeddings of a group: matrices [n, n] of 0 and 1, the same for all groups. */
export interface Pairs {
  positives: tf.Tensor;
  negatives: tf.Tensor;
}

/**
 * Of embeddings [groups, n, D] the mean over all positive pairs (a, b) of −log(e^{s(a,b)/τ} / (e^{s(a,b)/τ} + Σ e^{s(a,k)/τ})), where s is the cosine and k runs
 * over the negatives of a (Chaitanya et al. 2020). A pair counts in each direction that is marked. The loss of a pair without negatives is 0.
 */
export function pairContrast(
  embeddings: tf.Tensor,
  { positives, negatives }: Pairs,
  { temperature = 0.1 } = {},
): tf.Scalar {
  const rows = unitRows(embeddings);
  const similarity = rows.matMul(rows, false, true).div(temperature); // [groups, n, n]
  const others = similarity.sub(tf.sub(1, negatives).mul(1e9)); // what is no negative is out of the sum
  const toNegatives = logSumExp(others); // [groups, n, 1]
  // −log(e^s / (e^s + e^L)) = log(1 + e^{L − s})
  const losses = toNegatives.sub(similarity).softplus().mul(positives);
  return losses.sum().div(positives.sum().mul(rows.shape[0]).maximum(1));
}

/** log Σ e^x over the last axis, which stays; the largest value is taken out first. */
function logSumExp(x: tf.Tensor): tf.Tensor {
  const largest = withoutGradient(() => x.max(-1, true));
  return x.sub(largest).exp().sum(-1, true).log().add(largest);
}
