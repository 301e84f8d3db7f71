import { asRows } from "../../engine/rows.js";
import * as tf from "../../engine/tf.js";
import { type Batch, type Observer, parts } from "../method.js";
import type { Pass } from "../passes.js";
import type { ArcoOptions } from "./options.js";
import { type Looked, type StrongView, strongView } from "./strongView.js";
import type { Team } from "./team.js";

/** What is known before the student's pass: what the teacher thinks of the batch, and what the student will see. Freed by its owner. */
export interface Scene {
  step: number;
  labeledImage: tf.Tensor;
  label: tf.Tensor;
  /** Labels of the labelled part, as an array. */
  truth: Int32Array;
  /** The unlabelled images as loaded, with pseudo labels, and as the student sees them. */
  weak: Looked;
  view: StrongView;
  /** The view as tensors. */
  viewImage: tf.Tensor;
  viewLabels: tf.Tensor;
  viewConfidence: tf.Tensor;
  /** What the teacher's maps are of, its pseudo labels there, its maps of the whole batch, and its class probabilities [pixels, classes]. */
  seenByTeacher: Looked;
  teacher: Pass[];
  /** The teacher's head, computed once for all terms. */
  teacherMatrix: tf.Tensor2D;
  probability: tf.Tensor;
}

/** Lets the teacher look at a batch and makes the student's view of its unlabelled part. */
export async function lookAt(
  team: Team,
  batch: Batch,
  options: ArcoOptions,
  { seed, observe }: { seed: number; observe?: Observer },
): Promise<Scene> {
  const { step, label } = batch;
  const isWeak = options.teacher.view === "weak";
  const look = tf.tidy(() => {
    const { labeled, unlabeled } = parts(batch.image, batch);
    const seen = isWeak ? team.teacher(labeled, unlabeled, step, "look") : undefined;
    const own = tf.softmax(asRows(seen?.unlabeled ?? team.teacherOn(unlabeled, step, "look")));
    const labels = own.argMax(-1).cast("int32");
    const probability = seen ? tf.concat([tf.softmax(asRows(seen.labeled)), own]) : undefined;
    return { labeled, unlabeled, labels, confidence: own.max(-1), probability, passes: seen?.passes };
  });
  const weak = {
    images: await look.unlabeled.data<"float32">(),
    labels: await look.labels.data<"int32">(),
    confidence: await look.confidence.data<"float32">(),
    shape: look.unlabeled.shape,
  };
  const truth = await label.data<"int32">();
  const view = strongView(weak, options.strong, { seed, step, view: "strong" });
  const size = view.shape.slice(0, -1);
  observe?.("pseudo labels", weak.labels, size);
  observe?.("confidence", weak.confidence, size);
  observe?.("strong view", view.images, view.shape);
  observe?.("strong view labels", view.labels, size);
  const scene = tf.tidy(() => {
    const viewImage = tf.tensor(view.images, [...view.shape]);
    const again = look.passes ? undefined : team.teacher(look.labeled, viewImage, step, "view");
    const probability =
      look.probability ??
      (again && tf.concat([again.labeled, again.unlabeled].map((part) => tf.softmax(asRows(part)))));
    return {
      labeledImage: look.labeled.clone(),
      viewImage,
      viewLabels: tf.tensor(view.labels, size, "int32"),
      viewConfidence: tf.tensor(view.confidence, size),
      teacher: (look.passes ?? again?.passes ?? []).map(({ images, features }) => ({
        images,
        features: features.map((map) => map.clone()),
      })),
      teacherMatrix: team.teacherMatrix(),
      probability: probability?.clone() ?? tf.scalar(0),
    };
  });
  tf.dispose(look);
  return { step, label, truth, weak, view, seenByTeacher: isWeak ? weak : view, ...scene };
}

/** Frees the tensors of a scene; the batch's own labels stay. */
export const disposeScene = (scene: Scene): void => {
  const { labeledImage, viewImage, viewLabels, viewConfidence, teacher, teacherMatrix, probability } = scene;
  tf.dispose({ labeledImage, viewImage, viewLabels, viewConfidence, teacher, teacherMatrix, probability });
};
