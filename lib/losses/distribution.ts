import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

// An alias, not an interface: `tf.tidy` takes only types that can be walked by name.
/** Class distributions of pixels, [pixels, classes], and their logarithms. */
export type Distribution = { p: tf.Tensor; log: tf.Tensor };

/** The distributions of logits [..., classes]. */
export function distributionOf(logits: tf.Tensor): Distribution {
  const log = tf.logSoftmax(asRows(logits));
  return { p: log.exp(), log };
}

/** p̄, the mean of several distributions of the same pixels. */
export function meanDistribution(each: readonly Distribution[]): Distribution {
  const p = tf.addN(each.map(({ p }) => p)).div(each.length);
  return { p, log: p.add(1e-30).log() }; // finite where no class distribution has anything left
}

/** KL(p ‖ q) = Σ p (ln p − ln q) of each pixel, [pixels, 1]. */
export const klDivergence = (p: Distribution, q: Distribution): tf.Tensor => p.p.mul(p.log.sub(q.log)).sum(1, true);
