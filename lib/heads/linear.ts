import { addBias } from "../engine/ops/conv.js";
import { parameter, uniformInit } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import type * as tf from "../engine/tf.js";

/** A linear layer: weight [in, out] and bias [out]. On the rows of a map it is a 1×1 convolution. */
export type Linear = { weight: tf.Variable; bias: tf.Variable };

/** A linear layer with PyTorch's default initialisation. */
export const linearInit = (rng: Rng, inputs: number, outputs: number): Linear => ({
  weight: parameter(uniformInit(rng, [inputs, outputs], inputs)),
  bias: parameter(uniformInit(rng, [outputs], inputs)),
});

/** Rows [n, in] through a linear layer: [n, out]. */
export const linear = (rows: tf.Tensor, { weight, bias }: Linear): tf.Tensor => addBias(rows.matMul(weight), bias);
