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

/** What a network gives: logits [batch, …size, classes] and its maps from coarse to fine, for representation heads. */
export interface Output {
  logits: tf.Tensor;
  features: tf.Tensor[];
}

/** A segmentation network: plain functions over a tree of variables, so that a teacher is the same tree averaged. */
export interface Network<P extends Params = Params> {
  name: string;
  init(rng: Rng): P;
  apply(params: P, image: tf.Tensor, mode: Mode): Output;
}
