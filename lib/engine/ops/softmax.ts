import { asRows } from "../rows.js";
import * as tf from "../tf.js";

/** Class probabilities of logits [..., classes], in their shape. */
export const softmax = (logits: tf.Tensor): tf.Tensor => tf.softmax(asRows(logits)).reshape(logits.shape);
