import * as tf from "../engine/tf.js";

/** Denominator as sums of squares, averaged over all classes (V-Net's Dice), or as plain sums, over the foreground alone (SS-Net and MC-Net on volumes). */
export type DiceForm = "squared" | "plain";

/** Form of the Dice loss, and the classes over which it is averaged. */
export interface DiceOptions {
  epsilon?: number;
  form?: DiceForm;
  /** All, background included, or the foreground alone, which the plain form has of itself. */
  over?: "all" | "foreground";
}

/**
 * Soft Dice loss over the whole batch, averaged over all classes, background included: 1 − (2Σpy + ε)/(Σp² + Σy² + ε). The plain form is
 * 1 − (2Σpy + ε)/(Σp + Σy + ε), averaged over the foreground classes.
 * Logits [..., classes], labels int32 [...]; pixels labelled −1 are ignored.
 */
export function dice(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { epsilon = 1e-5, form = "squared", over = form === "squared" ? "all" : "foreground" }: DiceOptions = {},
): tf.Scalar {
  const classes = logits.shape[logits.rank - 1];
  const flat = labels.reshape([-1]) as tf.Tensor1D;
  const truth = tf.tidy(() => tf.oneHot(flat, classes).cast("float32")); // all zeros where ignored
  const sums = (rows: tf.Tensor) => sumsOver(rows, labels.shape);
  const sizes = tf.tidy(() => sums(truth));
  const valid = tf.tidy(() => truth.sum(1, true));
  const probabilities = tf.softmax(logits.reshape([-1, classes])).mul(valid);
  const overlap = sums(probabilities.mul(truth));
  const total = sums(form === "squared" ? probabilities.square() : probabilities).add(sizes);
  const each = overlap.mul(2).add(epsilon).div(total.add(epsilon));
  return tf.sub(1, (over === "all" ? each : each.slice([1], [classes - 1])).mean());
}

/** Sums of rows [pixels, classes] over the pixels of a shape, one axis after the other: a running sum over a volume's million voxels would lose the small values. */
export function sumsOver(rows: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const classes = rows.shape[1] ?? 0;
  return shape.reduceRight((sum, size) => sum.reshape([-1, size, classes]).sum(1), rows).reshape([classes]);
}
