import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { type Batch, unlabeledArrays } from "./method.js";

/** Unlabelled images with the teacher's pseudo labels and confidences, as plain arrays. */
export interface PseudoLabeled {
  images: Float32Array; // shape
  labels: Int32Array; // [images, height, width], −1 = ignore
  confidence: Float32Array; // [images, height, width]
  /** [images, height, width, channels] */
  shape: readonly number[];
}

/** The unlabelled images of a batch, each pixel with its likeliest class and the probability of that, from a teacher's logits [unlabeled, …size, classes]. */
export async function pseudoLabeled(batch: Batch, logits: tf.Tensor): Promise<PseudoLabeled> {
  const { values: images, shape } = unlabeledArrays(batch);
  const found = tf.tidy(() => {
    const probabilities = tf.softmax(asRows(logits));
    return { labels: probabilities.argMax(-1).cast("int32"), confidence: probabilities.max(-1) };
  });
  const labels = await found.labels.data<"int32">();
  const confidence = await found.confidence.data<"float32">();
  tf.dispose(found);
  return { images, labels, confidence, shape };
}

/** The class of every pixel of the batch that is available; −1 where it is not. */
export type ClassMap = Int32Array;

/** The class map of a batch: the given labels, then the pseudo labels of unlabelled pixels whose confidence reaches the threshold. */
export function availableIn(
  truth: Int32Array,
  { labels, confidence }: Pick<PseudoLabeled, "labels" | "confidence">,
  { threshold }: { threshold: number },
): ClassMap {
  const map = new Int32Array(truth.length + labels.length).fill(-1);
  map.set(truth);
  for (let i = 0; i < labels.length; i++) if (confidence[i] >= threshold) map[truth.length + i] = labels[i];
  return map;
}
