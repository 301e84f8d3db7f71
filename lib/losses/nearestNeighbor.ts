import { unitRows } from "../engine/ops/unitRows.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** Number of neighbours, and whether the student gets a gradient. */
export interface NearestNeighborOptions {
  /** How many rows of the pool count as neighbours. */
  neighbors?: number;
  /** "student": the teacher finds the neighbours, the student moves towards them. "none", as released: the reverse, so that the loss is a constant. */
  gradient?: "student" | "none";
}

/** L_nn: mean squared distance 2 − 2·cosine of images [batch, F] to their nearest rows of a pool [K, F] of unit rows. */
export function nearestNeighbor(
  pool: tf.Tensor,
  student: tf.Tensor,
  teacher: tf.Tensor,
  { neighbors = 5, gradient = "student" }: NearestNeighborOptions = {},
): tf.Scalar {
  const cosine = (rows: tf.Tensor) => unitRows(rows).matMul(pool, false, true); // [batch, K]
  const nearest = (rows: tf.Tensor) => {
    const { indices } = tf.topk(cosine(rows), neighbors);
    return tf
      .oneHot(indices as tf.Tensor2D, pool.shape[0])
      .cast("float32")
      .sum(1); // [batch, K], 1 at the nearest
  };
  const distance = (rows: tf.Tensor, mask: tf.Tensor): tf.Scalar =>
    tf.sub(
      2,
      cosine(rows)
        .mul(mask)
        .sum()
        .mul(2 / (neighbors * rows.shape[0])),
    );
  if (gradient === "none") return withoutGradient(() => distance(teacher, nearest(student)));
  return distance(
    student,
    withoutGradient(() => nearest(teacher)),
  );
}
