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
  /** Whether a training pass updates the running statistics; by default it does. */
  track?: boolean;
}

/** Output of a decoder: logits [batch, …size, classes] and its feature maps from coarse to fine, for representation heads. */
export interface Output {
  logits: tf.Tensor;
  features: tf.Tensor[];
  /** Its map after each of its steps, coarse to fine. */
  steps: tf.Tensor[];
  /** What the last convolution makes the logits of [batch, …size, width]: for heads beside it. */
  last: tf.Tensor;
  /** Logits on the decoder's own grid and the map that its classifier sees there, where that grid is coarser than the image. */
  grid?: { logits: tf.Tensor; input: tf.Tensor };
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
  /** Its map after the first `steps` steps. */
  after(steps: number, params: P, pyramid: readonly tf.Tensor[], mode: Mode): tf.Tensor;
}

/**
 * A segmentation network: an encoder and a decoder, pure functions of a tree of variables, so that a teacher is an average of such trees.
 * Its parameters are those of both parts in one tree, of which each part reads its own.
 */
export interface Network<E extends Params = Params, D extends Params = Params> {
  name: string;
  encoder: Encoder<E>;
  decoder: Decoder<D>;
  /** A decoder that differs in its upsampling alone: transposed convolutions where `decoder` interpolates, or the other way round. A network of one's own may lack it. */
  otherDecoder?: Decoder;
  init(rng: Rng): E & D;
  apply(params: E & D, image: tf.Tensor, mode: Mode): Output;
}
