import { createRequire } from "node:module";
import type * as TensorFlow from "@tensorflow/tfjs";
import { Problem } from "../problem.js";

// Required, not imported: Node.js would search 4 MB of it for the names that it exports, which takes longer than loading it.
const tf: typeof TensorFlow = createRequire(import.meta.url)("@tensorflow/tfjs");

/** Stands for the engine until `startEngine`; without it TensorFlow.js would take plain JavaScript, a hundred times slower and without a word. */
class NotStarted extends tf.KernelBackend {
  override write(): never {
    throw new Problem("the engine is not started: call `await startEngine()` before the first tensor");
  }
}
tf.registerBackend("none, for startEngine() was not called", () => new NotStarted(), Number.MAX_SAFE_INTEGER);

export type {
  DataTypeMap,
  KernelBackend,
  NamedAttrMap,
  Rank,
  Scalar,
  Tensor1D,
  Tensor2D,
  Tensor4D,
  Tensor5D,
  TensorContainer,
} from "@tensorflow/tfjs";

/** Values of one type in a shape, on the backend. */
export type Tensor<R extends TensorFlow.Rank = TensorFlow.Rank> = TensorFlow.Tensor<R>;
/** A tensor whose value is replaced as training goes on. */
export type Variable<R extends TensorFlow.Rank = TensorFlow.Rank> = TensorFlow.Variable<R>;

/** TensorFlow.js as the rest of the library sees it; which backend runs behind it is decided by `startEngine`. */
export const {
  abs,
  add,
  addN,
  backend,
  concat,
  concat2d,
  conv2d,
  conv2dTranspose,
  conv3d,
  cos,
  cumsum,
  depthwiseConv2d,
  dispose,
  engine,
  env,
  eye,
  fill,
  gather,
  getBackend,
  getKernel,
  grad,
  grads,
  greaterEqual,
  image,
  keep,
  leakyRelu,
  linspace,
  logSoftmax,
  maximum,
  maxPool,
  maxPool3d,
  memory,
  minimum,
  mul,
  neg,
  oneHot,
  ones,
  onesLike,
  pad,
  randomNormal,
  randomUniform,
  range,
  registerBackend,
  registerGradient,
  registerKernel,
  relu,
  rsqrt,
  scalar,
  setBackend,
  sin,
  softmax,
  split,
  stack,
  sub,
  Tensor,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  topk,
  unregisterKernel,
  unstack,
  util,
  valueAndGrads,
  Variable,
  variable,
  version_core,
  zeros,
  zerosLike,
} = tf;
