import * as tf from "./tf.js";

/** An attribute of a native TensorFlow operation, as the addon takes it. */
export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

interface NativeBackend {
  isUsingGpuDevice: boolean;
  binding: Record<
    "TF_ATTR_STRING" | "TF_ATTR_INT" | "TF_ATTR_FLOAT" | "TF_ATTR_BOOL" | "TF_ATTR_TYPE" | "TF_FLOAT" | "TF_INT32",
    number
  >;
  executeSingleOutput(op: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

const backend = () => tf.backend() as unknown as NativeBackend;

/** Whether native TensorFlow runs; the other backends take the composed form of every operation. */
export const isNative = (): boolean => tf.getBackend() === "tensorflow";

/** Whether WebGPU runs, with the operations that lib/engine/webgpu adds to TensorFlow.js's. */
export const isWebGpu = (): boolean => tf.getBackend() === "webgpu";

/** Whether the native convolutions know dilation: those of oneDNN (x64) and cuDNN do, TensorFlow's plain ones do not. */
export const hasDilation = (): boolean =>
  isNative() && (backend().isUsingGpuDevice || (process.arch === "x64" && process.env.TF_ENABLE_ONEDNN_OPTS !== "0"));

/** Our own CPU kernels (native/kernels), once they are loaded. */
export interface Kernels {
  /** Whether a vector of this processor holds sixteen floats (AVX-512). */
  wide: boolean;
}

let kernels: Kernels | undefined;

/** Says which kernels of our own run from now on, if any; gives those that ran before. */
export function useKernels(addon: Kernels | undefined): Kernels | undefined {
  const before = kernels;
  kernels = addon;
  return before;
}

/** Whether our own kernels run: native TensorFlow on the CPU. On a GPU the same functions take TensorFlow's stock operations. */
export const hasKernels = (): boolean => kernels !== undefined && isNative();

/** Whether they do, on a processor of wide vectors: some pay only there. */
export const hasWideKernels = (): boolean => hasKernels() && kernels?.wide === true;

/** Runs an operation of TensorFlow's registry and gives its only output. Not recorded for gradients: see `nativeOp`. */
export const execute = (op: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[]): tf.Tensor =>
  backend().executeSingleOutput(op, attributes, inputs);

/** Runs an operation of TensorFlow's registry that has several outputs. */
export const executeMany = (
  op: string,
  attributes: readonly Attribute[],
  inputs: readonly tf.Tensor[],
  outputs: number,
): tf.Tensor[] => backend().executeMultipleOutputs(op, attributes, inputs, outputs);

// Builders of attributes; the numbers of the types are those of the addon.
const attribute =
  (type: "STRING" | "INT" | "FLOAT" | "BOOL" | "TYPE") =>
  (name: string, value: unknown): Attribute => ({
    name,
    type: backend().binding[`TF_ATTR_${type}`],
    value,
  });
/** A text attribute. */
export const stringAttribute = attribute("STRING");
/** A whole number or a list of them. */
export const intAttribute = attribute("INT");
/** A float attribute. */
export const floatAttribute = attribute("FLOAT");
/** A truth value. */
export const boolAttribute = attribute("BOOL");
/** A type attribute: `T` is float32 unless told otherwise. */
export const typeAttribute = (name = "T", dtype: "float32" | "int32" = "float32"): Attribute =>
  attribute("TYPE")(name, backend().binding[dtype === "int32" ? "TF_INT32" : "TF_FLOAT"]);

const lists = new Map<string, readonly Attribute[]>();

/** The attribute list under a key, built once: building it anew costs as much as dispatching a small operation. */
export function attributes(key: string, build: () => readonly Attribute[]): readonly Attribute[] {
  let list = lists.get(key);
  if (!list) {
    list = build();
    lists.set(key, list);
  }
  return list;
}

const constants = new Map<string, tf.Tensor>();

/** A small int32 vector or scalar that lives as long as the process: shapes and axes that native operations take as inputs. */
export function constant(values: readonly number[] | number): tf.Tensor {
  const key = typeof values === "number" ? `scalar ${values}` : values.join();
  let tensor = constants.get(key);
  if (!tensor) {
    tensor = tf.keep(tf.tensor(values as number[], undefined, "int32"));
    constants.set(key, tensor);
  }
  return tensor;
}

/**
 * A tensor with a copy of values, whose array may change or go at once. One of TensorFlow.js holds on to it until something is computed from it, and where the
 * array happens to be aligned TensorFlow itself does ever after.
 */
export function copied(values: Float32Array, shape: number[]): tf.Tensor {
  const tensor = tf.tensor(values, shape);
  const out = execute(
    "DeepCopy",
    attributes("T", () => [typeAttribute()]),
    [tensor],
  );
  tensor.dispose();
  return out;
}

const vectors = new Map<string, tf.Tensor1D>();

/** A float32 vector of one value repeated, living as long as the process. */
export function constantVector(length: number, value: number): tf.Tensor1D {
  const key = `${length}:${value}`;
  let tensor = vectors.get(key);
  if (!tensor) {
    tensor = tf.keep(tf.fill([length], value) as tf.Tensor1D);
    vectors.set(key, tensor);
  }
  return tensor;
}

const identities = new Map<number, tf.Tensor2D>();

/** The identity matrix [n, n], living as long as the process. */
export function identity(n: number): tf.Tensor2D {
  let matrix = identities.get(n);
  if (!matrix) {
    matrix = tf.keep(tf.eye(n));
    identities.set(n, matrix);
  }
  return matrix;
}

/** A native operation with its gradient, and how it is called. */
export interface NativeOp<Inputs extends Record<string, tf.Tensor>, Attributes extends object> {
  name: string;
  forward(inputs: Inputs, attributes: Attributes): tf.Tensor | tf.Tensor[];
  /** Names of the inputs the gradient reads. */
  saveInputs?: (keyof Inputs & string)[];
  /** Which outputs the gradient reads. */
  saveOutputs?: boolean[];
  /** Gradients by input, computed only for the inputs that need one. */
  gradient(dy: tf.Tensor, saved: tf.Tensor[], attributes: Attributes): { [K in keyof Inputs]: () => tf.Tensor };
}

/** Registers an operation with TensorFlow.js (kernel and gradient) and gives the function that runs it; of several outputs the first is the differentiable one. */
export function nativeOp<Inputs extends Record<string, tf.Tensor>, Attributes extends object>(
  op: NativeOp<Inputs, Attributes>,
) {
  tf.registerKernel({
    kernelName: op.name,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => op.forward(inputs as unknown as Inputs, attrs as unknown as Attributes),
  });
  tf.registerGradient({
    kernelName: op.name,
    inputsToSave: op.saveInputs,
    outputsToSave: op.saveOutputs,
    gradFunc: (dy, saved, attrs) => op.gradient(Array.isArray(dy) ? dy[0] : dy, saved, attrs as unknown as Attributes),
  });
  return (inputs: Inputs, attributes: Attributes): tf.Tensor[] => {
    const out = tf.engine().runKernel(op.name, inputs, attributes as unknown as tf.NamedAttrMap) as
      | tf.Tensor
      | tf.Tensor[];
    return Array.isArray(out) ? out : [out];
  };
}
