import * as tf from "../../engine/tf.js";
import { type FeatureMaps, probabilitiesOf } from "../forward.js";
import { type Batch, type Observer, parts } from "../method.js";
import { type PseudoLabeled, pseudoLabeled } from "../pseudoLabels.js";
import { labelsAfter, type StrongView, studentView } from "../strongView.js";
import type { Models } from "./models.js";
import type { ArcoOptions } from "./options.js";

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
  const { step } = batch;
  const isWeak = options.teacher.view === "weak";
  const { labeled: own } = batch.views;
  const first = tf.tidy(() => {
    const { labeled: weakly, unlabeled } = parts(batch.image, batch);
    const labeled = own?.image.clone() ?? weakly;
    const output = isWeak ? models.teacher(labeled, unlabeled, step, "look") : undefined;
    const logits = output?.unlabeled ?? models.teacherOn(unlabeled, step, "look");
    return { labeled, unlabeled, logits, maps: output?.maps };
  });
  const weak = await pseudoLabeled(batch, first.logits);
  const truth = own ? labelsAfter(batch, own) : batch.arrays.label;
  const { view, ...seen } = studentView(batch, weak, options.strong, { seed, observe });
  const inputs = tf.tidy(() => {
    const again = first.maps ? undefined : models.teacher(first.labeled, seen.viewImage, step, "view");
    return {
      labeledImage: first.labeled.clone(),
      label: own ? tf.tensor(truth, batch.label.shape, "int32") : batch.label.clone(),
      teacher: (first.maps ?? again?.maps ?? []).map(({ images, features }) => ({
        images,
        features: features.map((map) => map.clone()),
      })),
      teacherMatrix: models.teacherMatrix(),
      ...(again && { probability: probabilitiesOf(again) }),
    };
  });
  tf.dispose(first);
  return { step, truth, views: batch.views, weak, view, teacherView: isWeak ? weak : view, ...seen, ...inputs };
}

/** Frees the tensors of a step's inputs; the batch's own stay. */
export const disposeInputs = (inputs: StepInputs): void => {
  const { labeledImage, label, viewImage, viewLabels, viewConfidence, teacher, teacherMatrix, probability } = inputs;
  tf.dispose({
    labeledImage,
    label,
    viewImage,
    viewLabels,
    viewConfidence,
    teacher,
    teacherMatrix,
    ...(probability && { probability }),
  });
};
