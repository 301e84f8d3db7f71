import { average } from "../engine/ops/update.js";
import { flatten, type Params, trainableByPath } from "../engine/params.js";
import { type Rng, stream } from "../engine/random.js";
import type * as tf from "../engine/tf.js";
import type { Setup } from "../methods/method.js";
import { type Model, owned, teacherOf } from "../methods/studentTeacher.js";
import { backboneOf } from "./backbone.js";
import type { FrameworkOptions } from "./frameworkOptions.js";

/** A head behind a backbone: random parameters for so many inputs, and rows [n, inputs] → [n, outputs]. */
export interface Head<P extends Params> {
  init(rng: Rng, inputs: number): P;
  apply(rows: tf.Tensor, params: P): tf.Tensor;
}

/** A backbone with its projector. */
export interface Projected extends Pick<Model<tf.Tensor>, "at"> {
  /** Embeddings [n, D] of features [n, width]. */
  project(features: tf.Tensor): tf.Tensor;
  /** What a gradient can train of both, by path. */
  trained: Record<string, tf.Variable>;
}

/** A student and a teacher, which begins with the student's weights. */
export interface MomentumPair extends ReturnType<typeof owned> {
  student: Projected;
  teacher: Projected;
  /** Moves the teacher towards the student: teacher ← momentum·teacher + (1 − momentum)·student. Running statistics stay its own. */
  follow(momentum: number): void;
  /** Length of the features. */
  width: number;
}

/** A backbone and its moving average with a projector each: MoCo's query and key encoders, BYOL's online and target networks. */
export function momentumPair<P extends Params>(
  setup: Setup<Pick<FrameworkOptions, "part">>,
  projector: Head<P>,
): MomentumPair {
  const student = backboneOf(setup);
  const teacher = teacherOf(setup, student);
  const init = () => projector.init(stream(setup.seed, "projector"), student.width);
  const heads = { student: init(), teacher: init() };
  const projected = ({ at }: Model<tf.Tensor>, trained: Record<string, tf.Variable>, whose: keyof typeof heads) => ({
    at,
    project: (features: tf.Tensor) => projector.apply(features, heads[whose]),
    trained: { ...trained, ...trainableByPath({ [whose]: heads[whose] }, "heads/") },
  });
  return {
    student: projected(student, student.trained, "student"),
    teacher: projected(teacher, trainableByPath(teacher.params, "teacher/"), "teacher"),
    follow(momentum) {
      teacher.follow(momentum);
      average(heads.teacher, heads.student, momentum);
    },
    width: student.width,
    ...owned(student, teacher, { variables: flatten(heads, "heads/") }),
  };
}
