import { attributes, execute, floatAttribute, isNative, nativeOp, typeAttribute } from "../native.js";
import { asRows } from "../rows.js";
import * as tf from "../tf.js";

/** max(x, slope·x), slope 0.01 as in PyTorch. */
export const leakyRelu = (x: tf.Tensor, slope = 0.01): tf.Tensor =>
  isNative() ? nativeLeakyRelu({ x }, { slope })[0] : tf.leakyRelu(asRows(x), slope).reshape(x.shape);

/** max(x, 0). */
export const relu = (x: tf.Tensor): tf.Tensor => (isNative() ? nativeRelu({ x }, {})[0] : tf.relu(x));

const leakyAttributes = (slope: number) =>
  attributes(`leaky ${slope}`, () => [typeAttribute(), floatAttribute("alpha", slope)]);

const nativeLeakyRelu = nativeOp<{ x: tf.Tensor }, { slope: number }>({
  name: "ArcoLeakyRelu",
  forward: ({ x }, { slope }) => execute("LeakyRelu", leakyAttributes(slope), [x]),
  saveOutputs: [true], // has the sign of x, and is kept anyway by the convolution that follows
  gradient: (dy, [y], { slope }) => ({ x: () => execute("LeakyReluGrad", leakyAttributes(slope), [dy, y]) }),
});

const plain = () => attributes("T", () => [typeAttribute()]);

const nativeRelu = nativeOp<{ x: tf.Tensor }, object>({
  name: "ArcoRelu",
  forward: ({ x }) => execute("Relu", plain(), [x]),
  saveOutputs: [true],
  gradient: (dy, [y]) => ({ x: () => execute("ReluGrad", plain(), [dy, y]) }),
});

/** max(x + y, 0), the end of a residual block. It keeps its output alone, which the convolution that follows keeps anyway, where a sum and a ReLU would keep both terms and the sum. */
export const addRelu = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
  isNative() ? nativeAddRelu({ x, y }, {})[0] : tf.relu(tf.add(x, y));

const nativeAddRelu = nativeOp<{ x: tf.Tensor; y: tf.Tensor }, object>({
  name: "ArcoAddRelu",
  forward: ({ x, y }) => {
    const sum = execute("AddV2", plain(), [x, y]);
    const out = execute("Relu", plain(), [sum]);
    sum.dispose();
    return out;
  },
  saveOutputs: [true],
  gradient: (dy, [out]) => {
    const dx = execute("ReluGrad", plain(), [dy, out]);
    return { x: () => dx, y: () => dx.clone() };
  },
});
