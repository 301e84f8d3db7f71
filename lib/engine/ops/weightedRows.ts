import { execute, hasKernels, nativeOp } from "../native.js";
import * as tf from "../tf.js";
import { gatherRows } from "./gather.js";

/** Weighted sums of rows of a matrix [rows, features]: `indices` (int32) and `weights` are [n, taps], the result is [n, features]. The weights are constants. */
export function weightedRows(x: tf.Tensor, indices: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  if (hasKernels()) return ownWeightedRows({ x, indices, weights }, {})[0];
  const [n, taps] = indices.shape;
  const rows = gatherRows(x, indices.reshape([-1]));
  return taps === 1
    ? rows.mul(weights)
    : rows
        .mul(weights.reshape([-1, 1]))
        .reshape([n, taps, -1])
        .sum(1);
}

type Reading = { x: tf.Tensor; indices: tf.Tensor; weights: tf.Tensor };

const ownWeightedRows = nativeOp<Reading, object>({
  name: "ArcoReadRows",
  forward: ({ x, indices, weights }) => execute("ArcoWeightedRows", [], [x, indices, weights]),
  saveInputs: ["x", "indices", "weights"],
  gradient: (dy, [x, indices, weights]) => ({
    x: () => execute("ArcoWeightedRowsGrad", [], [x, indices, weights, dy]),
    indices: () => tf.zerosLike(indices),
    weights: () => tf.zerosLike(weights),
  }),
});
