import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/** 1 where a pixel may be an anchor (`low`) or a key (`high`). */
export interface EntropyMasks {
  low: Uint8Array;
  high: Uint8Array;
}

/**
 * The pixels used by the released contrast: every labelled one, and of the unlabelled ones the `percent` of least (`low`) and of
 * greatest entropy (`high`). Labels of all pixels, labelled images first (−1: ignored, in neither mask); entropies of the unlabelled pixels.
 */
export function entropyMasks(labels: Int32Array, entropies: Float32Array, percent: number): EntropyMasks {
  const labeled = labels.length - entropies.length;
  const sorted = entropies.filter((_, i) => labels[labeled + i] >= 0).sort();
  const [below, above] = [percentile(sorted, percent), percentile(sorted, 100 - percent)];
  const mask = (isIn: (entropy: number) => boolean) =>
    Uint8Array.from(labels, (label, i) => Number(label >= 0 && (i < labeled || isIn(entropies[i - labeled]))));
  return { low: mask((entropy) => entropy <= below), high: mask((entropy) => entropy >= above) };
}

/** The percentage of the masks, which falls linearly from its start to 0 over the training. */
export const entropyPercent = (epoch: number, epochs: number, { start = 20 } = {}): number =>
  start * (1 - epoch / epochs);

/** Entropy of each pixel's classes in nats, [pixels], from logits [batch, …size, classes]. */
export function entropy(logits: tf.Tensor): tf.Tensor1D {
  const log = tf.logSoftmax(asRows(logits));
  return log.exp().mul(log).sum(1).neg() as tf.Tensor1D;
}

/** Linear interpolation as in `numpy.percentile`; NaN for an empty list, so that every comparison with it is false. */
function percentile(sorted: Float32Array, percent: number): number {
  const at = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  return below + (at - Math.floor(at)) * (above - below);
}
