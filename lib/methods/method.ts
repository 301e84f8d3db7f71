import type { z } from "zod";
import { batchSlice } from "../engine/ops/batchSlice.js";
import type { Entry } from "../engine/safetensors.js";
import * as tf from "../engine/tf.js";
import type { Images } from "../images/augment/photometric.js";
import type { ViewRecipe } from "../images/augment/views.js";
import { networks } from "../networks/index.js";
import type { Network, Output } from "../networks/network.js";
import type { OptimizerOptions } from "../optimizers/optimizer.js";
import { Problem } from "../problem.js";
import type { Protocol, Recipe } from "./recipes.js";

/** A view of some of a batch's images that a method declared, as tensor and as arrays. */
export interface BatchView {
  image: tf.Tensor; // [images, ...size, channels]
  values: Float32Array;
  /** For every pixel the one of the images that it was taken from (flat index, −1 = none); absent where pixels stay in place. */
  sources?: Int32Array;
}

/** One step's images: labelled first, then unlabelled. */
export interface Batch {
  /** Number of the step, from 0. */
  step: number;
  image: tf.Tensor; // [labeled + unlabeled, ...size, channels]
  /** Classes of the labelled images, int32, −1 = ignore. */
  label: tf.Tensor; // [labeled, ...size]
  labeled: number;
  unlabeled: number;
  /** Where each image comes from, and its place among the slices of its case (of a patch, where that begins along the last axis): for methods that pair neighbours. */
  examples: readonly { id: string; case: string; slice: number; slices: number }[];
  /** Images and labels as arrays. */
  arrays: { image: Float32Array; label: Int32Array };
  /** The views that the method declared, by name. */
  views: Readonly<Record<string, BatchView>>;
}

/** Called with the intermediate results of a step, in order: for notebooks that inspect a step, and for tests that compare two arms. */
export type Observer = (event: string, values: ArrayLike<number>, shape: readonly number[]) => void;

/** What a method's trainer is made from. */
export interface Setup<Options> {
  seed: number;
  /** Length of the training; schedules and ramps follow it. */
  steps: number;
  protocol: Protocol;
  options: Options;
  /** Name of the network. */
  network: string;
  optimizer: OptimizerOptions;
  /** Inputs and outputs of the network. */
  channels: number;
  classes: number;
  imageSize: readonly number[];
  /** Of photographs: the smallest and largest factor by which they are resized; 1 where absent. */
  scales?: readonly [number, number];
  /** Weights of a pre-training or of a file by path, which replace the random ones it would begin with. */
  start?: Readonly<Record<string, Entry>>;
  observe?: Observer;
}

/** A method during training: it owns its networks, heads, critics and optimisers; the training loop knows none of them. */
export interface Trainer {
  /** One optimiser step. The terms of its loss by name, "loss" (their sum) first; the caller reads and disposes them. */
  step(batch: Batch): Promise<Record<string, tf.Scalar>>;
  /** What the last step measured beside its loss, for the log; undefined for most steps. */
  notes?(): Readonly<Record<string, unknown>> | undefined;
  /** Logits [batch, ...size, classes] of the network that is tested, in evaluation mode; absent where the trained part does not segment. */
  predict?(image: tf.Tensor): tf.Tensor;
  /** Everything a checkpoint holds, by name; "model/…" is the network that is tested, or that others start from (of an encoder, that alone). */
  variables: Readonly<Record<string, tf.Variable>>;
  dispose(): void;
}

/** A trainer with something to test. */
export type Predictor = Required<Pick<Trainer, "predict">>;

/** What a pre-training trains: a whole network, its encoder alone, or its decoder; the last layer, which tells the classes apart, only learns from labels. */
export type Part = "network" | "encoder" | "decoder";

/** A training method: its source, the data it uses, its options and recipe, and what makes its trainer. */
export interface Method<Options extends object = object> {
  name: string;
  title: string;
  cite: string;
  /** Its options, each with its default under protocol lab, its range and what it means. */
  options: z.ZodType<Options>;
  /** What other protocols change of those defaults. */
  protocols?: Partial<Record<Protocol, object>>;
  /** What volumes change of them, under every protocol or by protocol. */
  volumes?: object | ((protocol: Protocol) => object);
  /** What photographs change of them, unless the protocol has it otherwise. */
  photographs?: object;
  /** What short presets change of them under protocol lab, where what acts over 30,000 steps would not act yet; chosen on validation of slices (docs/tuning.md), and taken for volumes and photographs as they are. */
  short?: object;
  /** Numbers of axes of the images it knows. */
  dimensions: readonly (2 | 3)[];
  /** Whether it uses labels; one that does not takes all training images as unlabelled. */
  labeled: boolean;
  /** Whether it uses unlabelled images; "optional" where a step may be without any. */
  unlabeled: boolean | "optional";
  /** Length, batch and optimiser for a kind of data, preset and protocol. */
  recipe: Recipe;
  /** The pre-training it starts from unless told otherwise; absent where it starts from random weights. */
  pretraining?: string;
  /** Of a pre-training, what it trains. */
  pretrains?(options: Options): Part;
  /** Which of its networks or outputs is tested, in a few words: "the student". */
  tested?(options: Options): string;
  /** Further views of a batch that it needs, made by the threads that prepare batches. */
  views?(options: Options): Readonly<Record<string, ViewRecipe>>;
  create(setup: Setup<Options>): Trainer;
}

/** Whether its runs end with a test: not those that pre-train a part of a network, or all of it without labels, which cannot segment. */
export const isTested = <Options extends object>(
  { pretrains, labeled }: Pick<Method<Options>, "pretrains" | "labeled">,
  options: Options,
): boolean => pretrains === undefined || (labeled && pretrains(options) === "network");

/** The network a setup asks for. Throws a Problem where it is not made for such images. */
export function networkOf({ network, channels, classes, imageSize }: Setup<object>): Network {
  checkNetwork(network, imageSize.length, "network");
  return networks[network].make({ channels, classes });
}

/** Throws a Problem where there is no such network, or it is for images of another dimension. */
export function checkNetwork(name: string, dimensions: number, where: string): void {
  const fitting = Object.values(networks).filter((one) => one.dimensions === dimensions);
  if (fitting.some((one) => one.name === name)) return;
  const seen = dimensions === 3 ? "volumes" : "images";
  const what = Object.hasOwn(networks, name) ? `, which sees ${dimensions === 3 ? "images" : "volumes"}` : "";
  const known = fitting.map((one) => `"${one.name}"`).join(" or ");
  throw new Problem(`${where}: found "${name}"${what}, expected ${known} for ${seen}`);
}

/**
 * Sets variables ("model/…") to the weights they are to start from, where there are any: a whole network's, or those of its encoder alone.
 * Throws a Problem when they are of another network.
 */
export function startFrom(
  variables: Readonly<Record<string, tf.Variable>>,
  encoder: readonly string[],
  start: Setup<object>["start"],
): void {
  if (!start) return;
  const isWhole = Object.keys(variables).some((path) => !encoder.includes(path) && path in start);
  for (const [path, variable] of Object.entries(variables)) {
    if (!isWhole && !encoder.includes(path)) continue;
    const entry = start[path];
    if (entry?.shape.join() !== variable.shape.join())
      throw new Problem(
        `pre-trained weights: "${path}": found ${entry?.shape.join("×") ?? "nothing"}, expected ${variable.shape.join("×")}; they are of another network`,
      );
    tf.tidy(() => variable.assign(tf.tensor(entry.values, variable.shape)));
  }
}

/** The labelled and the unlabelled part of a batch's tensor. */
export const parts = (
  tensor: tf.Tensor,
  { labeled, unlabeled }: Pick<Batch, "labeled" | "unlabeled">,
): { labeled: tf.Tensor; unlabeled: tf.Tensor } => ({
  labeled: batchSlice(tensor, 0, labeled),
  unlabeled: batchSlice(tensor, labeled, unlabeled),
});

/** The unlabelled images of a batch as arrays. */
export function unlabeledArrays({ arrays, image, labeled, unlabeled }: Batch): Images {
  const size = arrays.image.length / image.shape[0];
  return { values: arrays.image.subarray(labeled * size), shape: [unlabeled, ...image.shape.slice(1)] };
}

export type { Network, Output, Protocol };
