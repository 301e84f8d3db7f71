import { hasKernels } from "../engine/native.js";
import { meanCrossEntropy } from "../engine/ops/crossEntropy.js";
import { diceCrossEntropy } from "../engine/ops/diceCrossEntropy.js";
import type * as tf from "../engine/tf.js";
import { type DiceOptions, dice } from "./dice.js";

/** What is learned from labels: Dice + cross entropy, or either alone; the form of the Dice; and the factor of the whole. */
export interface SupervisedOptions {
  scale?: number;
  of?: "diceCrossEntropy" | "crossEntropy" | "dice";
  /** Squares and all classes where nothing is said. */
  dice?: DiceOptions;
}

/**
 * scale·(Dice + cross entropy) of logits [..., classes] against labels int32 [...]; SSL4MIS takes ½, ARCO's phases take 1, UA-MT on volumes ½ with the Dice of the
 * foreground. Or scale·Dice, as SS-Net and MC-Net are published, or scale·cross entropy, as ReCo.
 */
export function supervised(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { scale = 1, of = "diceCrossEntropy", dice: form = {} }: SupervisedOptions = {},
): tf.Scalar {
  if (of === "crossEntropy") return meanCrossEntropy(logits, labels).mul(scale);
  if (of === "dice") return dice(logits, labels, form).mul(scale);
  if (hasKernels() && isUsual(form))
    return diceCrossEntropy(logits, labels, { weights: [scale, scale], epsilon: form.epsilon });
  return meanCrossEntropy(logits, labels)
    .add(dice(logits, labels, form))
    .mul(scale);
}

/** Whether a Dice is the one that the operation of our own computes. */
const isUsual = ({ form = "squared", over = "all" }: DiceOptions) => form === "squared" && over === "all";
