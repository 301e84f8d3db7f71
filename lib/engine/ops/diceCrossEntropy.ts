import { attributes, execute, executeMany, floatAttribute, nativeOp } from "../native.js";
import * as tf from "../tf.js";

/**
 * weight[0]·cross entropy + weight[1]·Dice loss of logits [..., classes] against labels int32 [...], in one operation of our own; needs `hasKernels`.
 * Equal to the sum of losses/dice and `meanCrossEntropy`: mean over pixels not labelled −1, and over all classes of the batch.
 */
export function diceCrossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { weights = [1, 1], epsilon = 1e-5 }: { weights?: readonly [number, number]; epsilon?: number } = {},
): tf.Scalar {
  return ownLoss({ logits, labels, weights: tf.tensor1d([...weights]) }, { epsilon })[0] as tf.Scalar;
}

const settings = (epsilon: number) => attributes(`dice ${epsilon}`, () => [floatAttribute("epsilon", epsilon)]);

const ownLoss = nativeOp<{ logits: tf.Tensor; labels: tf.Tensor; weights: tf.Tensor }, { epsilon: number }>({
  name: "ArcoDiceAndCrossEntropy",
  forward: ({ logits, labels, weights }, { epsilon }) =>
    executeMany("ArcoDiceCrossEntropy", settings(epsilon), [logits, labels, weights], 2),
  saveInputs: ["logits", "labels", "weights"],
  saveOutputs: [false, true],
  gradient: (dy, [logits, labels, weights, sums], { epsilon }) => ({
    logits: () => execute("ArcoDiceCrossEntropyGrad", settings(epsilon), [dy, logits, labels, weights, sums]),
    labels: () => tf.zerosLike(labels),
    weights: () => tf.zerosLike(weights),
  }),
});
