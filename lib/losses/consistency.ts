import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";

/** Mean squared difference of two class distributions over batch, space and classes (Tarvainen & Valpola 2017). Logits [..., classes]; a side without gradient must be a constant. */
export const consistency = (student: tf.Tensor, teacher: tf.Tensor): tf.Scalar =>
  tf
    .softmax(asRows(student))
    .sub(tf.softmax(asRows(teacher)))
    .square()
    .mean();
