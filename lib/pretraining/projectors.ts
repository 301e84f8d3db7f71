import { flatten, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import type * as tf from "../engine/tf.js";
import { type Mlp, mlp, mlpInit } from "../heads/mlp.js";
import { type Projection, project, projector } from "../heads/projection.js";
import type { Setup } from "../methods/method.js";
import type { FrameworkOptions } from "./frameworkOptions.js";
import type { Head } from "./momentumPair.js";

type Widths = Pick<FrameworkOptions, "hidden" | "embedding">;

/** Projector of MoCo v2: two linear layers with a ReLU between. */
export const reluProjector = ({ hidden, embedding }: Widths): Head<Projection> => ({
  init: (rng, inputs) => projector(rng, inputs, hidden, embedding),
  apply: (rows, params) => project(rows, params, { activation: "relu" }),
});

/** Projector of BYOL and ISD: two linear layers with batch normalisation and a ReLU between. */
export const normedProjector = ({ hidden, embedding }: Widths): Head<Mlp> => ({
  init: (rng, inputs) => mlpInit(rng, [inputs, hidden, embedding]),
  apply: (rows, params) => mlp(rows, params, { training: true }),
});

/** The student's predictor behind such a projector, of the same form; switched off it hands embeddings on as they are. */
export function predictorOf({ seed, options }: Setup<Widths & { predictor: boolean }>) {
  const { hidden, embedding, predictor } = options;
  if (!predictor) return { predict: (embeddings: tf.Tensor) => embeddings, trained: {}, variables: {} };
  const params = mlpInit(stream(seed, "predictor"), [embedding, hidden, embedding]);
  return {
    predict: (embeddings: tf.Tensor) => mlp(embeddings, params, { training: true }),
    trained: trainableByPath({ predictor: params }, "heads/"),
    variables: flatten({ predictor: params }, "heads/"),
  };
}
