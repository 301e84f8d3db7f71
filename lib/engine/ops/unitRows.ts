import { execute, hasKernels, nativeOp } from "../native.js";
import { asRows } from "../rows.js";
import type * as tf from "../tf.js";

/** Rows [..., n] scaled to length 1; the bound (PyTorch's) keeps a row of zeros, and its gradient, at zero. */
export function unitRows(x: tf.Tensor): tf.Tensor {
  if (!hasKernels()) return x.div(x.square().sum(-1, true).maximum(1e-16).sqrt());
  return x.rank === 2 ? ownUnitRows({ x }, {})[0] : ownUnitRows({ x: asRows(x) }, {})[0].reshape(x.shape);
}

const ownUnitRows = nativeOp<{ x: tf.Tensor }, object>({
  name: "ArcoUnit",
  forward: ({ x }) => execute("ArcoUnitRows", [], [x]),
  saveInputs: ["x"],
  gradient: (dy, [x]) => ({ x: () => execute("ArcoUnitRowsGrad", [], [x, dy]) }),
});
