import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/**
 * H(p₁(x), p₂(g₁(x))): mean cross entropy from the distributions of a network on images to those of another network on adversarial examples to the first, so that
 * what fools the one does not fool the other (one half of L_diff of Qiao et al., ECCV 2018). Logits [..., classes]; both get a gradient.
 */
export const viewDifference = (first: tf.Tensor, second: tf.Tensor): tf.Scalar =>
  tf
    .softmax(asRows(first))
    .mul(tf.logSoftmax(asRows(second)))
    .sum(1)
    .mean<tf.Scalar>()
    .neg();
