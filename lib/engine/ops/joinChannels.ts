import { attributes, execute, executeMany, floatAttribute, hasKernels, nativeOp } from "../native.js";
import * as tf from "../tf.js";

/** Two tensors [..., a] and [..., b] side by side, [..., a + b]. */
export const joinChannels = (left: tf.Tensor, right: tf.Tensor): tf.Tensor =>
  hasKernels()
    ? ownJoin({ left, right }, { first: left.shape[left.rank - 1] ?? 0 })[0]
    : tf.concat([left, right], left.rank - 1);

const ownJoin = nativeOp<{ left: tf.Tensor; right: tf.Tensor }, { first: number }>({
  name: "ArcoJoinChannels",
  forward: ({ left, right }) => execute("ArcoJoin", [], [left, right]),
  gradient: (dy, _, { first }) => {
    const [left, right] = executeMany(
      "ArcoPart",
      attributes(`part ${first}`, () => [floatAttribute("first", first)]),
      [dy],
      2,
    );
    return { left: () => left, right: () => right };
  },
});
