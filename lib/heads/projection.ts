import { leakyRelu, relu } from "../engine/ops/activation.js";
import type { Rng } from "../engine/random.js";
import type * as tf from "../engine/tf.js";
import { type Linear, linear, linearInit } from "./linear.js";

/** Two linear layers. */
export type Projection = { first: Linear; second: Linear };
/**
 * Activation between the two layers: the paper calls its heads non-linear, the released ones have none. The local heads have only as many channels as there are classes:
 * with "relu" all units may be dead, and the loss then trains nothing but a bias; "leakyRelu" (slope 0.2) always passes a gradient.
 */
export type Activation = "leakyRelu" | "relu" | "none";

/** Two layers on rows [n, in], giving [n, out]. */
export function project(
  rows: tf.Tensor,
  { first, second }: Projection,
  { activation = "leakyRelu" }: { activation?: Activation } = {},
): tf.Tensor {
  const hidden = linear(rows, first);
  return linear(between[activation](hidden), second);
}

const between: Record<Activation, (hidden: tf.Tensor) => tf.Tensor> = {
  leakyRelu: (hidden) => leakyRelu(hidden, 0.2),
  relu,
  none: (hidden) => hidden,
};

/** Head of both networks on the average of the coarsest map (`MLP` of ARCO's model_2D.py). */
export const globalProjector = (rng: Rng, channels: number, embedding = 512): Projection =>
  projector(rng, channels, channels, embedding);

/** Head of both networks on every pixel of a pooled window. */
export const localProjector = (rng: Rng, channels: number): Projection =>
  projector(rng, channels, 2 * channels, channels);

/** The student's head behind either projector; inputs and outputs have the length of the embedding. */
export const embeddingPredictor = (rng: Rng, embedding: number): Projection =>
  projector(rng, embedding, embedding, embedding);

/** A head of any widths, such as 256 → 256 → 128 on the average of the coarsest map. */
export const projector = (rng: Rng, inputs: number, hidden: number, outputs: number): Projection => ({
  first: linearInit(rng, inputs, hidden),
  second: linearInit(rng, hidden, outputs),
});
