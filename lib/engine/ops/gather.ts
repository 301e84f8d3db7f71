import { attributes, constant, execute, intAttribute, isNative, nativeOp, typeAttribute } from "../native.js";
import * as tf from "../tf.js";

/** Rows of a matrix [rows, features] by index, int32 [n]: the result is [n, features]; in the gradient, rows drawn more than once add up. */
export const gatherRows = (x: tf.Tensor, indices: tf.Tensor): tf.Tensor =>
  isNative() ? nativeGather({ x, indices }, { rows: x.shape[0] })[0] : tf.gather(x, indices as tf.Tensor1D);

/** Of each row of a matrix [n, m] the values at its own columns, the same number in each row, row by row (int32): [n, columns]. */
export function gatherScalars(matrix: tf.Tensor, columns: Int32Array | tf.Tensor): tf.Tensor {
  const [n, m] = matrix.shape;
  const wanted = columns instanceof Int32Array ? tf.tensor1d(columns, "int32") : columns;
  const starts = tf.range(0, n, 1, "int32").mul(tf.scalar(m, "int32")).reshape([n, 1]);
  const indices = wanted.reshape([n, -1]).add(starts).reshape([-1]);
  return gatherRows(matrix.reshape([-1, 1]), indices).reshape([n, -1]);
}

const nativeGather = nativeOp<{ x: tf.Tensor; indices: tf.Tensor }, { rows: number }>({
  name: "ArcoGather",
  forward: ({ x, indices }) =>
    execute(
      "GatherV2",
      attributes("gather", () => [
        typeAttribute("Tparams"),
        typeAttribute("Tindices", "int32"),
        typeAttribute("Taxis", "int32"),
        intAttribute("batch_dims", 0),
      ]),
      [x, indices, constant(0)],
    ),
  saveInputs: ["indices"],
  gradient: (dy, [indices], { rows }) => ({
    x: () =>
      execute(
        "UnsortedSegmentSum",
        attributes("segment sum", () => [
          typeAttribute(),
          typeAttribute("Tindices", "int32"),
          typeAttribute("Tnumsegments", "int32"),
        ]),
        [dy, indices, tf.scalar(rows, "int32")], // not a kept constant: row counts may differ from step to step
      ),
    indices: () => tf.zerosLike(indices),
  }),
});
