import * as tf from "../engine/tf.js";

/**
 * Soft Dice loss over the whole batch, averaged over all classes, background included: 1 − (2Σpy + ε)/(Σp² + Σy² + ε).
 * Logits [..., classes], labels int32 [...]; pixels labelled −1 count on neither side.
 */
export function dice(logits: tf.Tensor, labels: tf.Tensor, { epsilon = 1e-5 } = {}): tf.Scalar {
  const classes = logits.shape[logits.rank - 1];
  const flat = labels.reshape([-1]) as tf.Tensor1D;
  const truth = tf.tidy(() => tf.oneHot(flat, classes).cast("float32")); // all zeros where ignored
  const sizes = tf.tidy(() => truth.sum(0));
  const valid = tf.tidy(() => truth.sum(1, true));
  const probabilities = tf.softmax(logits.reshape([-1, classes])).mul(valid);
  const overlap = probabilities.mul(truth).sum(0);
  const total = probabilities.square().sum(0).add(sizes);
  return tf.sub(1, overlap.mul(2).add(epsilon).div(total.add(epsilon)).mean());
}
