import type * as tf from "../engine/tf.js";
import { entropy } from "./entropyMasks.js";

/** Mean entropy of the class distributions of logits [..., classes] as a share of the largest, ln C, so that it lies in [0, 1] (Vu et al., CVPR 2019). */
export const meanEntropy = (logits: tf.Tensor): tf.Scalar =>
  entropy(logits)
    .mean<tf.Scalar>()
    .div(Math.log(logits.shape[logits.rank - 1] ?? 1));
