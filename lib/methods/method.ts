import type { Network, Output } from "../encoders/network.js";
import { unet } from "../encoders/unet.js";
import type * as tf from "../engine/tf.js";
import type { OptimizerOptions } from "../optimizers/optimizer.js";

/** One step's images: labelled first, then unlabelled. */
export interface Batch {
  /** Number of the step, from 0. */
  step: number;
  image: tf.Tensor; // [labeled + unlabeled, ...size, channels]
  /** Classes of the labelled images, int32, −1 = ignore. */
  label: tf.Tensor; // [labeled, ...size]
  labeled: number;
  unlabeled: number;
  /** Where each image comes from, for methods that pair neighbours. */
  examples: readonly { id: string; case: string; slice: number }[];
}

/** What a method is made for. */
export interface Setup<Options> {
  seed: number;
  /** Length of the training; schedules and ramps follow it. */
  steps: number;
  protocol: "lab" | "paper" | "released";
  options: Options;
  encoder: "unet";
  optimizer: OptimizerOptions;
  /** What the network sees and says. */
  channels: number;
  classes: number;
  imageSize: readonly number[];
}

/** A method at work: it owns its networks, heads, critics and optimisers; the training loop knows none of them. */
export interface Trainer {
  /** One optimiser step. The terms of its loss by name, "loss" (their sum) first; the caller reads and disposes them. */
  step(batch: Batch): Record<string, tf.Scalar>;
  /** Logits [batch, ...size, classes] of the network that is tested, in evaluation mode. */
  predict(image: tf.Tensor): tf.Tensor;
  /** Everything a checkpoint holds, by name; "model/…" is the tested network. */
  variables: Readonly<Record<string, tf.Variable>>;
  dispose(): void;
}

/** A way to train: where it comes from, its options with their published values, and what makes its trainer. */
export interface Method<Options extends object = object> {
  name: string;
  title: string;
  cite: string;
  defaults: Options;
  /** Whether it looks at unlabelled images. */
  unlabeled: boolean;
  create(setup: Setup<Options>): Trainer;
}

/** The network a setup asks for. */
export const networkOf = ({ channels, classes }: Setup<object>): Network => unet({ channels, classes }) as Network;

/** The labelled and the unlabelled part of a batch's tensor. */
export function parts(tensor: tf.Tensor, { labeled, unlabeled }: Batch): { labeled: tf.Tensor; unlabeled: tf.Tensor } {
  const rows = tensor.reshape([labeled + unlabeled, -1]); // WebGPU has no gradient for a slice of a volume
  const part = (from: number, count: number) =>
    rows.slice([from, 0], [count, -1]).reshape([count, ...tensor.shape.slice(1)]);
  return { labeled: part(0, labeled), unlabeled: part(labeled, unlabeled) };
}

export type { Network, Output };
