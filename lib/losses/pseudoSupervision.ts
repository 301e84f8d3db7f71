import { meanCrossEntropy } from "../engine/ops/crossEntropy.js";
import { asRows } from "../engine/rows.js";
import type * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** Mean cross entropy of logits [..., classes] to the pseudo labels (argmax) of other logits of that shape, which get no gradient (Chen et al., CVPR 2021). */
export function pseudoSupervision(logits: tf.Tensor, other: tf.Tensor): tf.Scalar {
  const labels = withoutGradient(() => asRows(other).argMax(1).cast("int32"));
  return meanCrossEntropy(asRows(logits), labels);
}
