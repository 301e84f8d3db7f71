import * as tf from "../engine/tf.js";

/** Which of the two distributions weighs the logarithms: KL(teacher‖student) as in ISD and the released code, or the paper's KL(student‖teacher). */
export type KlDirection = "teacherStudent" | "studentTeacher";

/** Temperatures of student and teacher (τ_s, τ_t): the teacher is the sharper one. */
export interface RelationalLossOptions {
  studentTemperature?: number;
  teacherTemperature?: number;
  klDirection?: KlDirection;
}

/**
 * L_inst: how differently student and teacher see an image in its likeness to others. Both are [groups, rows, features] and are compared
 * with the candidates of their own group, [groups, candidates, features], by softmax(cosine/τ); the result is the mean divergence of the rows.
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

/** How embeddings [n, windows, features] are compared with pool entries of that form, and how they enter the pool. */
export interface Layout {
  /** As [groups, rows, features] of the loss. */
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
