import { parameter, uniformInit } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import type * as tf from "../engine/tf.js";
import { activated, type ConvNorm, normInit } from "../networks/blocks.js";
import { linearInit } from "./linear.js";
import type { MlpMode } from "./mlp.js";

/** Two linear layers, each with batch normalisation and a ReLU, and a third without bias. */
export type Expander = { first: ConvNorm; second: ConvNorm; third: tf.Variable };

/** Random parameters of a head with so many inputs, hidden units (in both layers) and outputs. */
export function expanderInit(rng: Rng, [inputs, hidden, outputs]: readonly [number, number, number]): Expander {
  const layer = (from: number): ConvNorm => ({ conv: linearInit(rng, from, hidden), norm: normInit(hidden) });
  return {
    first: layer(inputs),
    second: layer(hidden),
    third: parameter(uniformInit(rng, [hidden, outputs], hidden)),
  };
}

/** Linear → BN → ReLU → linear → BN → ReLU → linear on rows [n, in]: [n, out] (Bardes et al., ICLR 2022). */
export function expander(rows: tf.Tensor, { first, second, third }: Expander, mode: MlpMode): tf.Tensor {
  const layer = (seen: tf.Tensor, part: ConvNorm) => activated(seen.matMul(part.conv.weight), part, mode, { slope: 0 }); // its bias goes to the normalisation
  return layer(layer(rows, first), second).matMul(third);
}
