import type { Rng } from "../engine/random.js";
import type * as tf from "../engine/tf.js";
import { activated, type ConvNorm, normInit } from "../networks/blocks.js";
import { type Linear, linear, linearInit } from "./linear.js";

/** Two linear layers with batch normalisation and a (leaky) ReLU between. */
export type Mlp = { first: Linear; norm: ConvNorm["norm"]; second: Linear };

/** Whether batch or running statistics are used, whether training updates the running ones (by default it does), and the activation's negative slope. */
export interface MlpMode {
  training: boolean;
  track?: boolean;
  slope?: number;
}

/** Random parameters of a head with so many inputs, hidden units and outputs. */
export const mlpInit = (rng: Rng, [inputs, hidden, outputs]: readonly [number, number, number]): Mlp => ({
  first: linearInit(rng, inputs, hidden),
  norm: normInit(hidden),
  second: linearInit(rng, hidden, outputs),
});

/** Linear → BN → ReLU → linear on rows [n, in]: [n, out]. */
export function mlp(rows: tf.Tensor, { first, norm, second }: Mlp, { slope = 0, ...mode }: MlpMode): tf.Tensor {
  const hidden = rows.matMul(first.weight); // its bias goes to the normalisation
  return linear(activated(hidden, { conv: first, norm }, mode, { slope }), second);
}
