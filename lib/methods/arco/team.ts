import { maskSeeds } from "../../engine/ops/dropout.js";
import { average } from "../../engine/ops/update.js";
import { copy, disposeParams, flatten, type Params, trainableByPath } from "../../engine/params.js";
import { stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { predictor } from "../../heads/predictor.js";
import { representation } from "../../heads/representation.js";
import type { Mode, Network } from "../../networks/network.js";
import { networkOf, type Setup, startFrom } from "../method.js";
import { type Seen, see } from "../passes.js";
import type { ArcoOptions } from "./options.js";

/** Student and teacher with their heads on the pyramid of feature maps. */
export interface Team {
  /** Runs the student on a batch's two parts with its dropout masks; `track` false leaves the running statistics alone. */
  student(labeled: tf.Tensor, unlabeled: tf.Tensor, step: number, options?: { track?: boolean }): Seen;
  /** Runs the teacher; `name` tells its passes of one step apart. */
  teacher(labeled: tf.Tensor, unlabeled: tf.Tensor, step: number, name: string): Seen;
  /** Runs the teacher on the unlabelled part alone; logits. */
  teacherOn(unlabeled: tf.Tensor, step: number, name: string): tf.Tensor;
  /** A further pass of the student on some images, in training mode. */
  studentOn(image: tf.Tensor, step: number, name: string): tf.Tensor;
  /** The head (with the predictor, for the student) as one matrix [features, D]. */
  studentMatrix(): tf.Tensor2D;
  teacherMatrix(): tf.Tensor2D;
  /** Representation maps [batch, …size, D], for what needs every pixel. */
  studentMap(features: readonly tf.Tensor[]): tf.Tensor;
  teacherMap(features: readonly tf.Tensor[]): tf.Tensor;
  predict(image: tf.Tensor): tf.Tensor;
  /** Moves the teacher's head, or its network, towards the student's. */
  followHead(): void;
  followNetwork(): void;
  /** What the optimiser moves, and what a checkpoint holds. */
  trained: Record<string, tf.Variable>;
  variables: Record<string, tf.Variable>;
  dispose(): void;
}

/** The networks of a setup, both from its pre-trained weights where there are any. */
export function team(setup: Setup<ArcoOptions>): Team {
  const { seed, options, imageSize, channels } = setup;
  const { teacher: teaching, passes } = options;
  const network: Network<Params> = networkOf(setup);
  const student = network.init(stream(seed, "init"));
  startFrom(flatten(student, "model/"), setup.start);
  const teacher = network.init(stream(seed, "init"));
  copy(teacher, student);
  const widths = tf.tidy(() =>
    network
      .apply(student, tf.zeros([1, ...imageSize, channels]), { training: false })
      .features.map(({ shape }) => shape[shape.length - 1]),
  );
  const head = representation({ widths, outputs: options.representation });
  const second = predictor({ width: options.representation });
  const heads = {
    student: head.init(stream(seed, "representation")),
    teacher: head.init(stream(seed, "representation")),
    predictor: second.init(stream(seed, "predictor")),
  };
  const studentMode = (step: number, ...name: string[]) => ({
    training: true,
    masks: maskSeeds(seed, "student", step, ...name),
  });
  const teacherMode = (step: number, name: string): Mode =>
    teaching.mode === "train" ? { training: true, masks: maskSeeds(seed, "teacher", step, name) } : { training: false };
  return {
    student(labeled, unlabeled, step, { track = true } = {}) {
      const mode = { ...studentMode(step), track };
      return see((image) => network.apply(student, image, mode), labeled, unlabeled, passes);
    },
    teacher(labeled, unlabeled, step, name) {
      const mode = teacherMode(step, name);
      return see((image) => network.apply(teacher, image, mode), labeled, unlabeled, passes);
    },
    teacherOn: (image, step, name) => network.apply(teacher, image, teacherMode(step, name)).logits,
    studentOn: (image, step, name) => network.apply(student, image, studentMode(step, name)).logits,
    studentMatrix: () => head.matrix(heads.student).matMul(second.matrix(heads.predictor)) as tf.Tensor2D,
    teacherMatrix: () => head.matrix(heads.teacher),
    studentMap(features) {
      const map = head.dense(heads.student, features);
      const rows = map.reshape([-1, options.representation]);
      return rows.matMul(second.matrix(heads.predictor)).reshape(map.shape);
    },
    teacherMap: (features) => head.dense(heads.teacher, features),
    predict: (image) => tf.tidy(() => network.apply(student, image, { training: false }).logits),
    followHead: () => average(heads.teacher, heads.student, teaching.momentum),
    followNetwork: () => average(teacher, student, teaching.momentum),
    trained: {
      ...trainableByPath(student, "model/"),
      ...trainableByPath(heads.student, "heads/student"),
      ...trainableByPath(heads.predictor, "heads/predictor"),
    },
    variables: { ...flatten(student, "model/"), ...flatten(teacher, "teacher/"), ...flatten(heads, "heads/") },
    dispose: () => disposeParams([student, teacher, heads]),
  };
}
