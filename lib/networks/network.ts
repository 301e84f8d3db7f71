import type { MaskSeed } from "../engine/ops/dropout.js";
import type { Params } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import type * as tf from "../engine/tf.js";

/** How a network is run. */
export interface Mode {
  /** Batch statistics (and dropout, where masks are given) instead of running statistics. */
  training: boolean;
  /** Seeds of the dropout masks, from `maskSeeds`; without them nothing is dropped. */
  masks?: () => MaskSeed;
  /** Whether a training pass moves the running statistics; yes unless told otherwise. */
  track?: boolean;
}

/** What a decoder gives: logits [batch, …size, classes] and its maps from coarse to fine, for representation heads. */
export interface Output {
  logits: tf.Tensor;
  features: tf.Tensor[];
}

/** Image [batch, …size, channels] → a pyramid of maps, fine to coarse. */
export interface Encoder<P extends Params = Params> {
  /** Channels of each map, fine to coarse. */
  widths: readonly number[];
  init(rng: Rng): P;
  apply(params: P, image: tf.Tensor, mode: Mode): tf.Tensor[];
}

/** A pyramid of maps, fine to coarse → logits and the decoder's own maps. */
export interface Decoder<P extends Params = Params> {
  /** Channels of each map of its output, coarse to fine. */
  widths: readonly number[];
  init(rng: Rng): P;
  apply(params: P, pyramid: readonly tf.Tensor[], mode: Mode): Output;
  /** Parameters of each of its steps, coarse to fine; the last convolution is none of them. */
  steps(params: P): readonly Params[];
  /** Its map after so many of its first steps, the others left out. */
  after(steps: number, params: P, pyramid: readonly tf.Tensor[], mode: Mode): tf.Tensor;
}

/**
 * A segmentation network: an encoder and a decoder, plain functions over a tree of variables, so that a teacher is the same tree averaged.
 * Its parameters are those of both parts in one tree, of which each part reads its own.
 */
export interface Network<E extends Params = Params, D extends Params = Params> {
  name: string;
  encoder: Encoder<E>;
  decoder: Decoder<D>;
  init(rng: Rng): E & D;
  apply(params: E & D, image: tf.Tensor, mode: Mode): Output;
}
