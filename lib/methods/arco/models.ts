import { average } from "../../engine/ops/update.js";
import { flatten } from "../../engine/params.js";
import { stream } from "../../engine/random.js";
import type * as tf from "../../engine/tf.js";
import { predictor } from "../../heads/predictor.js";
import { representation } from "../../heads/representation.js";
import { type BatchOutput, forward } from "../forward.js";
import type { Setup } from "../method.js";
import { owned, studentOf, teacherOf } from "../studentTeacher.js";
import type { ArcoOptions } from "./options.js";

/** Student and teacher with their heads on the pyramid of feature maps. */
export interface Models {
  /** Runs the student on a batch's two parts with its dropout masks; `track` false leaves the running statistics alone. */
  student(labeled: tf.Tensor, unlabeled: tf.Tensor, step: number, options?: { track?: boolean }): BatchOutput;
  /** Runs the teacher; `name` distinguishes its forward passes within one step. */
  teacher(labeled: tf.Tensor, unlabeled: tf.Tensor, step: number, name: string): BatchOutput;
  /** Runs the teacher on the unlabelled part alone; logits. */
  teacherOn(unlabeled: tf.Tensor, step: number, name: string): tf.Tensor;
  /** A further pass of the student on some images, in training mode. */
  studentOn(image: tf.Tensor, step: number, name: string): tf.Tensor;
  /** The head (with the predictor, for the student) as one matrix [features, D]. */
  studentMatrix(): tf.Tensor2D;
  teacherMatrix(): tf.Tensor2D;
  predict(image: tf.Tensor): tf.Tensor;
  /** Moves the teacher's head, or its network, towards the student's. */
  followHead(): void;
  followNetwork(): void;
  /** The variables that are trained, and those that a checkpoint holds. */
  trained: Record<string, tf.Variable>;
  variables: Record<string, tf.Variable>;
  dispose(): void;
}

/** The networks of a setup, both with its pre-trained weights where there are any. */
export function modelsOf(setup: Setup<ArcoOptions>): Models {
  const { seed, options } = setup;
  const { passes } = options;
  const { mode: teacherMode, momentum } = options.teacher;
  const student = studentOf(setup);
  const teacher = teacherOf(setup, student, { mode: teacherMode });
  const { widths } = student.network.decoder;
  const head = representation({ widths, outputs: options.representation });
  const second = predictor({ width: options.representation });
  const heads = {
    student: head.init(stream(seed, "representation")),
    teacher: head.init(stream(seed, "representation")),
    predictor: second.init(stream(seed, "predictor")),
  };
  const own = flatten(heads, "heads/");
  return {
    student(labeled, unlabeled, step, { track = true } = {}) {
      const mode = { ...student.mode(step), track };
      return forward((image) => student.network.apply(student.params, image, mode), labeled, unlabeled, passes);
    },
    teacher: (labeled, unlabeled, step, name) => forward(teacher.at(step, name), labeled, unlabeled, passes),
    teacherOn: (image, step, name) => teacher.at(step, name)(image).logits,
    studentOn: (image, step, name) => student.at(step, name)(image).logits,
    studentMatrix: () => head.matrix(heads.student).matMul(second.matrix(heads.predictor)) as tf.Tensor2D,
    teacherMatrix: () => head.matrix(heads.teacher),
    predict: student.predict,
    followHead: () => average(heads.teacher, heads.student, momentum),
    followNetwork: () => teacher.follow(momentum),
    trained: {
      ...student.trained,
      ...Object.fromEntries(Object.entries(own).filter(([path]) => !path.startsWith("heads/teacher"))),
    },
    ...owned(student, teacher, { variables: own }),
  };
}
