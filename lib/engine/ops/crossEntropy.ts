import { attributes, executeMany, isNative, nativeOp, typeAttribute } from "../native.js";
import * as tf from "../tf.js";

/**
 * Softmax cross entropy of every pixel, in nats: logits [..., classes], labels int32 [...], result [...].
 * Pixels labelled −1 are ignored: their loss and gradient are 0.
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const classes = logits.shape[logits.rank - 1];
  const flat = logits.reshape([-1, classes]);
  const given = labels.reshape([-1]);
  const valid = tf.tidy(() => tf.greaterEqual(given, 0).cast("float32"));
  const target = tf.tidy(() => tf.maximum(given, tf.scalar(0, "int32")));
  const losses = isNative() ? nativeCrossEntropy({ logits: flat, labels: target }, {})[0] : composed(flat, target);
  return losses.mul(valid).reshape(labels.shape);
}

/** Mean cross entropy over the pixels that are not ignored; 0 where there is none. */
export const meanCrossEntropy = (logits: tf.Tensor, labels: tf.Tensor): tf.Scalar => {
  const count = tf.tidy(() => tf.greaterEqual(labels, 0).cast("float32").sum().maximum(1));
  return crossEntropy(logits, labels).sum().div(count);
};

const composed = (logits: tf.Tensor, labels: tf.Tensor) =>
  tf.neg(
    tf
      .logSoftmax(logits)
      .mul(tf.oneHot(labels as tf.Tensor1D, logits.shape[1] as number))
      .sum(-1),
  );

const nativeCrossEntropy = nativeOp<{ logits: tf.Tensor; labels: tf.Tensor }, object>({
  name: "ArcoCrossEntropy",
  forward: ({ logits, labels }) =>
    executeMany(
      "SparseSoftmaxCrossEntropyWithLogits",
      attributes("cross entropy", () => [typeAttribute(), typeAttribute("Tlabels", "int32")]),
      [logits, labels],
      2,
    ),
  saveOutputs: [false, true],
  gradient: (dy, [backprop]) => ({
    logits: () => tf.mul(backprop, dy.reshape([-1, 1])),
    labels: () => tf.zerosLike(backprop),
  }),
});
