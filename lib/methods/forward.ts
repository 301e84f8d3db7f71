import { batchSlice } from "../engine/ops/batchSlice.js";
import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import type { Output } from "../networks/network.js";

/** Whether the labelled and unlabelled parts of a batch share one forward pass (and its batch statistics) or have one each. */
export type PassMode = "joint" | "separate";

// Aliases, not interfaces: `tf.tidy` takes only types that can be walked by name.
/** Feature maps of some images of a batch, from one forward pass. */
export type FeatureMaps = {
  images: number;
  features: tf.Tensor[];
};

/** A network's output for a batch: logits of each part, and the feature maps of all images, labelled ones first. */
export type BatchOutput = {
  labeled: tf.Tensor;
  unlabeled: tf.Tensor;
  maps: FeatureMaps[];
};

/** Applies a function with several outputs [images, …], such as the logits of several decoders, to both parts of a batch. */
export function forwardEach(
  apply: (image: tf.Tensor, part: "labeled" | "unlabeled") => tf.Tensor[],
  labeled: tf.Tensor,
  unlabeled: tf.Tensor,
  passes: PassMode,
): { labeled: tf.Tensor[]; unlabeled: tf.Tensor[] } {
  if (passes === "separate") return { labeled: apply(labeled, "labeled"), unlabeled: apply(unlabeled, "unlabeled") };
  const counts = [labeled.shape[0], unlabeled.shape[0]];
  const all = apply(tf.concat([labeled, unlabeled]), "labeled");
  return {
    labeled: all.map((one) => batchSlice(one, 0, counts[0])),
    unlabeled: all.map((one) => batchSlice(one, counts[0], counts[1])),
  };
}

/** Runs a network on both parts of a batch [images, …size, channels]. */
export function forward(
  apply: (image: tf.Tensor, part: "labeled" | "unlabeled") => Output,
  labeled: tf.Tensor,
  unlabeled: tf.Tensor,
  passes: PassMode,
): BatchOutput {
  const counts = [labeled.shape[0], unlabeled.shape[0]];
  if (passes === "separate") {
    const [first, second] = [apply(labeled, "labeled"), apply(unlabeled, "unlabeled")];
    const each = [first, second].map(({ features }, at) => ({ images: counts[at], features }));
    return { labeled: first.logits, unlabeled: second.logits, maps: each };
  }
  const { logits, features } = apply(tf.concat([labeled, unlabeled]), "labeled");
  return {
    labeled: batchSlice(logits, 0, counts[0]),
    unlabeled: batchSlice(logits, counts[0], counts[1]),
    maps: [{ images: counts[0] + counts[1], features }],
  };
}

/** Class probabilities of every pixel of a batch, labelled images first, [pixels, classes]. */
export const probabilitiesOf = ({ labeled, unlabeled }: Pick<BatchOutput, "labeled" | "unlabeled">): tf.Tensor =>
  tf.concat([labeled, unlabeled].map((logits) => tf.softmax(asRows(logits))));
