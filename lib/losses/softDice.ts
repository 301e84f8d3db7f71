import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { type DiceForm, sumsOver } from "./dice.js";

/**
 * D(p, q): soft Dice distance of two class distributions [batch, …size, classes] over the same pixels. Squared: 1 − (2Σpq + ε)/(Σp² + Σq² + ε) of each class,
 * averaged over the classes, which is 0 where they are equal. Plain: 1 − (2Σpq + ε)/(Σp + Σq + ε) over all classes at once, which is 0 only where both
 * are one-hot and equal (SS-Net's `softDiceLoss` and `Binary_dice_loss`).
 */
export function softDice(p: tf.Tensor, q: tf.Tensor, { form = "squared" }: { form?: DiceForm } = {}): tf.Scalar {
  const sums = (values: tf.Tensor) => sumsOver(asRows(values), p.shape.slice(0, -1));
  const overlap = sums(p.mul(q));
  if (form === "plain") return lacking(overlap.sum(), sums(p).add(sums(q)).sum(), 1e-8).mean();
  return lacking(overlap, sums(p.square()).add(sums(q.square())), 1e-10).mean();
}

/** 1 − (2·overlap + ε)/(total + ε). */
const lacking = (overlap: tf.Tensor, total: tf.Tensor, epsilon: number) =>
  tf.sub(1, overlap.mul(2).add(epsilon).div(total.add(epsilon)));
