import { execute, hasKernels, nativeOp } from "../native.js";
import * as tf from "../tf.js";

/** Maximum over blocks of 2 along every axis but batch and channels; an odd last row or plane is left out. */
export function maxPool(x: tf.Tensor): tf.Tensor {
  if (x.rank === 5) return tf.maxPool3d(x as tf.Tensor5D, 2, 2, "valid");
  const [, height, width] = x.shape as number[];
  if (hasKernels() && height % 2 === 0 && width % 2 === 0) return ownPool({ x }, {})[0];
  return tf.maxPool(x as tf.Tensor4D, 2, 2, "valid");
}

const ownPool = nativeOp<{ x: tf.Tensor }, object>({
  name: "ArcoPool",
  forward: ({ x }) => execute("ArcoMaxPool", [], [x]),
  saveInputs: ["x"],
  saveOutputs: [true],
  gradient: (dy, [x, y]) => ({ x: () => execute("ArcoMaxPoolGrad", [], [x, y, dy]) }),
});
