import * as tf from "../engine/tf.js";

/** KL(teacher‖student) as in ISD and the released code, or the paper's KL(student‖teacher). */
export type KlDirection = "teacherStudent" | "studentTeacher";

/** Temperatures of student and teacher (τ_s, τ_t): the teacher is the sharper one. */
export interface RelationalLossOptions {
  studentTemperature?: number;
  teacherTemperature?: number;
  klDirection?: KlDirection;
}

/**
 * L_inst: the divergence of student and teacher in how similar an image is to others. Both are [groups, rows, features]; softmax(cosine/τ) over the
 * candidates of their group, [groups, candidates, features], gives a distribution for each row, and the result is the mean divergence over the rows.
 */
export function relational(
  student: tf.Tensor,
  teacher: tf.Tensor,
  candidates: tf.Tensor,
  { studentTemperature = 0.1, teacherTemperature = 0.01, klDirection = "teacherStudent" }: RelationalLossOptions = {},
): tf.Scalar {
  const others = unit(candidates);
  const likeness = (rows: tf.Tensor, temperature: number) =>
    tf.logSoftmax(unit(rows).matMul(others, false, true).div(temperature));
  const [uS, uT] = [likeness(student, studentTemperature), likeness(teacher, teacherTemperature)]; // [groups, rows, candidates]
  const [u, other] = klDirection === "teacherStudent" ? [uT, uS] : [uS, uT];
  return u.exp().mul(u.sub(other)).sum(-1).mean();
}

/** Rows of length 1; the bound is that of PyTorch's `normalize`. */
const unit = (rows: tf.Tensor): tf.Tensor => rows.div(rows.square().sum(-1, true).maximum(1e-24).sqrt());

/** How embeddings [n, windows, features] are arranged for comparison with the pool's entries, and how they are stored in it. */
export interface Layout {
  /** As the loss takes them, [groups, rows, features]. */
  grouped(embeddings: tf.Tensor): tf.Tensor;
  stored(embeddings: tf.Tensor): tf.Tensor;
}

/**
 * "window": a window is compared with the same window of the pool entries. "released": what the published code does to its local embeddings,
 * whose flat array in the order (window, image, feature) it cuts into rows as long as there are windows, and enqueues as if it were in the order (image, window, feature).
 */
export const layouts = {
  window: { grouped: (embeddings) => byWindow(embeddings), stored: (embeddings) => embeddings },
  released: {
    grouped: (embeddings) => byWindow(embeddings).reshape([1, -1, embeddings.shape[1] ?? 0]),
    stored: (embeddings) => byWindow(embeddings).reshape(embeddings.shape),
  },
} satisfies Record<string, Layout>;

const byWindow = (embeddings: tf.Tensor) => embeddings.transpose([1, 0, 2]); // [windows, n, features]
