import * as tf from "../tf.js";

/** A tensor as a kernel sees it. */
export interface Info {
  dataId: object;
  shape: number[];
  dtype: "float32" | "int32" | "bool";
}

/** A compute shader as TensorFlow.js's WebGPU backend runs it: `main` is called for every flat index below the size of the output. */
interface Program {
  variableNames: string[];
  uniforms?: string;
  shaderKey: string;
  outputShape: number[];
  dispatchLayout: { x: number[] };
  dispatch: [number, number, number];
  workgroupSize: [number, number, number];
  size: boolean;
  atomic?: boolean;
  type?: Info["dtype"];
  outputComponent?: number;
  variableComponents?: number[];
  getUserCode(): string;
}

/** A number that a shader reads. */
export interface Uniform {
  type: "int32" | "float32";
  data: number[];
}

/** What our kernels use of TensorFlow.js's WebGPU backend. */
export interface WebGpuBackend {
  device: GPUDevice;
  makeTensorInfo(shape: number[], dtype: Info["dtype"], values?: Float32Array | Int32Array): Info;
  disposeData(dataId: object): void;
  incRef(dataId: object): void;
  runWebGPUProgram(program: Program, inputs: Info[], dtype: Info["dtype"], uniforms?: Uniform[], output?: Info): Info;
}

/** Tensors of an operation by the names TensorFlow.js gives them. */
export type Inputs = Record<string, Info>;
/** What else an operation is told, by the same names. */
export type Attrs = Record<string, unknown>;

/** What computes an operation. */
export type Kernel = (inputs: Inputs, attrs: Attrs) => Info;

const backend = () => tf.backend() as unknown as WebGpuBackend;

/** Replaces WebGPU's kernel of an operation, given the one that TensorFlow.js registered. */
export function mend(name: string, mended: (stock: Kernel) => Kernel): void {
  const config = tf.getKernel(name, "webgpu");
  if (!config) throw new Error(`${name}: TensorFlow.js registers no such kernel for WebGPU`);
  const stock: Kernel = (inputs, attrs) =>
    config.kernelFunc({ inputs: inputs as never, attrs: attrs as never, backend: tf.backend() }) as unknown as Info;
  const kernel = mended(stock);
  tf.unregisterKernel(name, "webgpu");
  tf.registerKernel({
    ...config,
    kernelFunc: ({ inputs, attrs }) => kernel(inputs as unknown as Inputs, (attrs ?? {}) as Attrs) as never,
  });
}

/** A compute shader of ours. */
export interface Shader {
  /** Names it: equal names have equal code, whatever the ranks and types of the tensors. */
  name: string;
  /** Names of the inputs in `code`. */
  inputs: Record<string, Info>;
  /** Values that each input, and last the output, gives or takes at a time: 1 or 4. */
  widths?: readonly number[];
  /** How many threads there are; otherwise one for each value of the output. */
  threads?: number;
  uniforms?: Record<string, number>;
  /** Those of the uniforms that are no whole numbers. */
  floats?: readonly string[];
  /** Whether threads add to the same values of the output, which is zero before: `result` is then of atomic<i32>, also where it holds floats. */
  isAdded?: boolean;
  shape: number[];
  dtype: Info["dtype"];
  /** WGSL that sets `result[index]`, given `index`, the number of the thread. */
  code: string;
}

/** Runs a shader and gives its output. */
export function run(shader: Shader): Info {
  const { name, inputs, widths, threads, uniforms = {}, floats = [], isAdded = false, shape, dtype, code } = shader;
  const numbers: Record<string, number> = { ...uniforms, threads: threads ?? sizeOf(shape) };
  const names = Object.keys(numbers);
  const program: Program = {
    variableNames: Object.keys(inputs),
    uniforms: names.map((uniform) => `${uniform} : ${floats.includes(uniform) ? "f32" : "i32"},`).join(" "),
    shaderKey: `arco ${name} ${widths}`,
    outputShape: shape,
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(numbers.threads / groupSize), 1, 1],
    workgroupSize: [groupSize, 1, 1],
    size: false,
    ...(isAdded && { atomic: true, type: dtype }),
    ...(widths && { variableComponents: widths.slice(0, -1), outputComponent: widths[widths.length - 1] }),
    getUserCode: () => `fn main(index : i32) { if (index < uniforms.threads) { ${code} } }`,
  };
  const values = names.map<Uniform>((uniform) => ({
    type: floats.includes(uniform) ? "float32" : "int32",
    data: [numbers[uniform]],
  }));
  const output = isAdded ? filled(shape, dtype, 0) : undefined;
  return backend().runWebGPUProgram(program, Object.values(inputs), dtype, values, output);
}

const groupSize = 64;

/** WGSL's type of a tensor's values. A shader converts what it reads to it: TensorFlow.js's casts to float32 leave whole numbers in the buffer. */
export const scalarOf = ({ dtype }: Pick<Info, "dtype">): "f32" | "i32" => (dtype === "float32" ? "f32" : "i32");

/** The same values in another shape. The result is not counted: it is the tensor itself, seen otherwise. */
export const as = (x: Info, shape: number[]): Info => ({ dataId: x.dataId, shape, dtype: x.dtype });

/** A tensor's values once more, for a kernel that has nothing to do. */
export function same(x: Info, shape = x.shape): Info {
  backend().incRef(x.dataId);
  return as(x, shape);
}

/** A tensor of given values. */
export const filled = (shape: number[], dtype: Info["dtype"], value: number): Info =>
  backend().makeTensorInfo(
    shape,
    dtype,
    (dtype === "float32" ? new Float32Array(sizeOf(shape)) : new Int32Array(sizeOf(shape))).fill(value),
  );

/** Frees what a kernel made on its way. */
export const free = (...infos: Info[]): void => {
  for (const { dataId } of infos) backend().disposeData(dataId);
};

/** Applies one step after another and frees what lies between. */
export function chain(x: Info, steps: readonly ((x: Info) => Info)[]): Info {
  return steps.reduce((before, step) => {
    const after = step(before);
    if (before !== x) free(before);
    return after;
  }, x);
}

/** Storage buffers that a shader may read beside the one it writes. */
export const mostInputs = (): number => backend().device.limits.maxStorageBuffersPerShaderStage - 1;

/** The number of values in a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
