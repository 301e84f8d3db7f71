import { gatherRows } from "../engine/ops/gather.js";
import * as tf from "../engine/tf.js";
import { type Layout, type RelationalLossOptions, relational } from "../losses/relational.js";
import type { Mined } from "./mined.js";

/** The relational loss of embeddings [n, windows, features] of both networks against a pool [capacity, windows, features]. */
export function againstPool(
  student: tf.Tensor,
  teacher: tf.Tensor,
  pool: tf.Tensor,
  { grouped }: Layout,
  options: RelationalLossOptions,
): tf.Scalar {
  return relational(grouped(student), grouped(teacher), grouped(pool), options);
}

/**
 * The relational loss of embeddings [n, windows, features] of the student against views of other images of the batch, which follow the images' own
 * among the teacher's embeddings [n + views, windows, features]. Every window is compared with the same window of its image's views.
 */
export function againstViews(
  student: tf.Tensor,
  teacher: tf.Tensor,
  { chosen }: Mined,
  options: RelationalLossOptions,
): tf.Scalar {
  const [n, windows, features] = student.shape;
  const count = chosen[0].length;
  const rows = tf.tensor1d(
    chosen.flat().map((view) => n + view),
    "int32",
  );
  const candidates = gatherRows(teacher.reshape([-1, windows * features]), rows)
    .reshape([n, count, windows, features])
    .transpose([0, 2, 1, 3])
    .reshape([n * windows, count, features]);
  const alone = (embeddings: tf.Tensor) => embeddings.reshape([n * windows, 1, features]);
  return relational(alone(student), alone(teacher.slice([0, 0, 0], [n, -1, -1])), candidates, options);
}
