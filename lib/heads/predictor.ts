import { parameter, uniformInit } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import type * as tf from "../engine/tf.js";

/** Two matrices [width, width]. */
export type PredictorParams = { first: tf.Variable; second: tf.Variable };

/** A linear map of representations. */
export interface Predictor {
  init(rng: Rng): PredictorParams;
  /** Both maps as one matrix [width, width]. */
  matrix(params: PredictorParams): tf.Tensor2D;
}

/** The student's predictor behind its representation head: two 1×1 convolutions without bias or activation, as in the released code. */
export function predictor({ width }: { width: number }): Predictor {
  const layer = (rng: Rng) => parameter(uniformInit(rng, [width, width], width));
  return {
    init: (rng) => ({ first: layer(rng), second: layer(rng) }),
    matrix: ({ first, second }) => first.matMul(second) as tf.Tensor2D,
  };
}
