import { meanCrossEntropy } from "../engine/ops/crossEntropy.js";
import type * as tf from "../engine/tf.js";
import { dice } from "./dice.js";

/** scale·(Dice + cross entropy) of logits [..., classes] against labels int32 [...]; SSL4MIS takes ½, ARCO's phases take 1. */
export const supervised = (logits: tf.Tensor, labels: tf.Tensor, { scale = 1 } = {}): tf.Scalar =>
  meanCrossEntropy(logits, labels).add(dice(logits, labels)).mul(scale);
