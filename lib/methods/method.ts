import type { Entry } from "../engine/safetensors.js";
import * as tf from "../engine/tf.js";
import type { Network, Output } from "../networks/network.js";
import { unet } from "../networks/unet.js";
import { vnet } from "../networks/vnet.js";
import type { OptimizerOptions } from "../optimizers/optimizer.js";
import { Problem } from "../problem.js";

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

/** Lab: ours, errors repaired; paper: to the letter; released: the published code with its behaviour. */
export type Protocol = "lab" | "paper" | "released";

/** The networks by name: the U-Net for images, the V-Net for volumes. */
export type Encoder = "unet" | "vnet";

/** Told of what a step decides, in order: for notebooks that take a step apart, and for tests that compare two arms. */
export type Observer = (event: string, values: ArrayLike<number>, shape: readonly number[]) => void;

/** What a method is made for. */
export interface Setup<Options> {
  seed: number;
  /** Length of the training; schedules and ramps follow it. */
  steps: number;
  protocol: Protocol;
  options: Options;
  encoder: Encoder;
  optimizer: OptimizerOptions;
  /** What the network sees and says. */
  channels: number;
  classes: number;
  imageSize: readonly number[];
  /** Weights of a pre-trained network by path, which replace the random ones it would begin with. */
  start?: Readonly<Record<string, Entry>>;
  observe?: Observer;
}

/** A method at work: it owns its networks, heads, critics and optimisers; the training loop knows none of them. */
export interface Trainer {
  /** One optimiser step. The terms of its loss by name, "loss" (their sum) first; the caller reads and disposes them. */
  step(batch: Batch): Promise<Record<string, tf.Scalar>>;
  /** What the last step measured beside its loss, for the log; undefined for most steps. */
  notes?(): Readonly<Record<string, unknown>> | undefined;
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
  /** The options of protocol lab. */
  defaults: Options;
  /** The options of another protocol, where they differ. */
  optionsOf?(protocol: Protocol): Options;
  /** Whether it looks at unlabelled images. */
  unlabeled: boolean;
  /** What it starts from unless told otherwise: the network of a pre-training with the same data. */
  pretraining?: "relational";
  /** Whether it knows images alone, not yet volumes. */
  flat?: true;
  /** Whether it is such a pre-training itself. */
  pretrains?: true;
  create(setup: Setup<Options>): Trainer;
}

/** The network a setup asks for. Throws a Problem where it is not made for such images. */
export function networkOf({ encoder, channels, classes, imageSize }: Setup<object>): Network {
  checkEncoder(encoder, imageSize.length, "encoder");
  return (encoder === "vnet" ? vnet({ channels, classes }) : unet({ channels, classes })) as Network;
}

/** Throws a Problem where images have another number of dimensions than a network. */
export function checkEncoder(encoder: Encoder, dimensions: number, where: string): void {
  const fitting = dimensions === 3 ? "vnet" : "unet";
  if (encoder !== fitting)
    throw new Problem(
      `${where}: found "${encoder}", which sees ${dimensions === 3 ? "images" : "volumes"}, expected "${fitting}" for ${dimensions === 3 ? "volumes" : "images"}`,
    );
}

/** Sets a network's variables to the weights it is to start from, where there are any. Throws a Problem when they are of another network. */
export function startFrom(variables: Readonly<Record<string, tf.Variable>>, start: Setup<object>["start"]): void {
  if (!start) return;
  for (const [path, variable] of Object.entries(variables)) {
    const entry = start[path];
    if (entry?.shape.join() !== variable.shape.join())
      throw new Problem(
        `pre-trained weights: "${path}": found ${entry?.shape.join("×") ?? "nothing"}, expected ${variable.shape.join("×")}; they are of another network`,
      );
    tf.tidy(() => variable.assign(tf.tensor(entry.values, variable.shape)));
  }
}

/** The labelled and the unlabelled part of a batch's tensor. */
export function parts(tensor: tf.Tensor, { labeled, unlabeled }: Batch): { labeled: tf.Tensor; unlabeled: tf.Tensor } {
  const rows = tensor.reshape([labeled + unlabeled, -1]); // WebGPU has no gradient for a slice of a volume
  const part = (from: number, count: number) =>
    rows.slice([from, 0], [count, -1]).reshape([count, ...tensor.shape.slice(1)]);
  return { labeled: part(0, labeled), unlabeled: part(labeled, unlabeled) };
}

export type { Network, Output };
