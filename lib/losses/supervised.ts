import { hasKernels } from "../engine/native.js";
import { meanCrossEntropy } from "../engine/ops/crossEntropy.js";
import { diceCrossEntropy } from "../engine/ops/diceCrossEntropy.js";
import type * as tf from "../engine/tf.js";
import { dice } from "./dice.js";

/** scale·(Dice + cross entropy) of logits [..., classes] against labels int32 [...]; SSL4MIS takes ½, ARCO's phases take 1. */
export function supervised(logits: tf.Tensor, labels: tf.Tensor, { scale = 1 } = {}): tf.Scalar {
  if (hasKernels()) return diceCrossEntropy(logits, labels, { weights: [scale, scale] });
  return meanCrossEntropy(logits, labels).add(dice(logits, labels)).mul(scale);
}
