import { asRows } from "../../engine/rows.js";
import * as tf from "../../engine/tf.js";
import type { FeatureMaps } from "../forward.js";
import { type Batch, type Observer, parts, unlabeledArrays } from "../method.js";
import type { Models } from "./models.js";
import type { ArcoOptions } from "./options.js";
import { type PseudoLabeled, type StrongView, strongView } from "./strongView.js";

/** What is known before the student's pass: what the teacher thinks of the batch, and what the student will see. Freed by its owner. */
export interface StepInputs {
  step: number;
  labeledImage: tf.Tensor;
  label: tf.Tensor;
  /** Labels of the labelled part, as an array. */
  truth: Int32Array;
  /** The further views that were made in advance. */
  views: Batch["views"];
  /** The unlabelled images as loaded, with pseudo labels, and as the student sees them. */
  weak: PseudoLabeled;
  view: StrongView;
  /** The view as tensors. */
  viewImage: tf.Tensor;
  viewLabels: tf.Tensor;
  viewConfidence: tf.Tensor;
  /** What the teacher's maps are of, its pseudo labels there, and its maps of the whole batch. */
  teacherView: PseudoLabeled;
  teacher: FeatureMaps[];
  /** The teacher's head, computed once for all terms. */
  teacherMatrix: tf.Tensor2D;
  /** The teacher's class probabilities [pixels, classes], where it sees the same view as the student. */
  probability?: tf.Tensor;
}

/** Asks the teacher about a batch and completes the student's view of its unlabelled part. */
export async function prepareStep(
  models: Models,
  batch: Batch,
  options: ArcoOptions,
  { seed, observe }: { seed: number; observe?: Observer },
): Promise<StepInputs> {
  const { step, label } = batch;
  const isWeak = options.teacher.view === "weak";
  const first = tf.tidy(() => {
    const { labeled, unlabeled } = parts(batch.image, batch);
    const output = isWeak ? models.teacher(labeled, unlabeled, step, "look") : undefined;
    const own = tf.softmax(asRows(output?.unlabeled ?? models.teacherOn(unlabeled, step, "look")));
    const labels = own.argMax(-1).cast("int32");
    return { labeled, unlabeled, labels, confidence: own.max(-1), maps: output?.maps };
  });
  const { values: images, shape } = unlabeledArrays(batch);
  const weak = {
    images,
    labels: await first.labels.data<"int32">(),
    confidence: await first.confidence.data<"float32">(),
    shape,
  };
  const truth = batch.arrays.label;
  const made = batch.views.strong;
  const view = strongView(weak, options.strong, { seed, step, view: "strong" }, made && { ...made, shape });
  const size = view.shape.slice(0, -1);
  observe?.("pseudo labels", weak.labels, size);
  observe?.("confidence", weak.confidence, size);
  observe?.("strong view", view.images, view.shape);
  observe?.("strong view labels", view.labels, size);
  const inputs = tf.tidy(() => {
    const viewImage = made?.image.clone() ?? tf.tensor(view.images, [...view.shape]);
    const again = first.maps ? undefined : models.teacher(first.labeled, viewImage, step, "view");
    return {
      labeledImage: first.labeled.clone(),
      viewImage,
      viewLabels: tf.tensor(view.labels, size, "int32"),
      viewConfidence: tf.tensor(view.confidence, size),
      teacher: (first.maps ?? again?.maps ?? []).map(({ images, features }) => ({
        images,
        features: features.map((map) => map.clone()),
      })),
      teacherMatrix: models.teacherMatrix(),
      ...(again && {
        probability: tf.concat([again.labeled, again.unlabeled].map((part) => tf.softmax(asRows(part)))),
      }),
    };
  });
  tf.dispose(first);
  return { step, label, truth, views: batch.views, weak, view, teacherView: isWeak ? weak : view, ...inputs };
}

/** Frees the tensors of a step's inputs; the batch's own stay. */
export const disposeInputs = (inputs: StepInputs): void => {
  const { labeledImage, viewImage, viewLabels, viewConfidence, teacher, teacherMatrix, probability } = inputs;
  tf.dispose({
    labeledImage,
    viewImage,
    viewLabels,
    viewConfidence,
    teacher,
    teacherMatrix,
    ...(probability && { probability }),
  });
};
