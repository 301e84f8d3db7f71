import * as tf from "../tf.js";
import { type Info, sizeOf, type Uniform } from "./kernel.js";

/** What of TensorFlow.js's WebGPU backend has to do with buffers. */
interface Backend {
  device: GPUDevice;
  queue: GPUQueue;
  tensorMap: { get(dataId: object): Stored };
  bufferManager: { acquireBuffer(size: number, usage: number): GPUBuffer };
  uploadToGPU(dataId: object): void;
  makeUniforms(uniforms: Uniform[]): GPUBufferBinding;
}

interface Stored extends Pick<Info, "shape" | "dtype"> {
  values: Values | null;
  resource?: unknown;
}

/** How many sets of uniforms are kept. */
const most = 20_000;

/**
 * Values and uniforms reach the GPU through its queue. TensorFlow.js makes a buffer for each upload, maps and destroys it, and writes the uniforms of every program
 * anew: on an H100 that was six tenths of a training step, for steps upload hundreds of scalars and repeat nearly all uniforms.
 */
export function mendBuffers(): void {
  const backend = tf.backend() as unknown as Backend;
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const upload = backend.uploadToGPU.bind(backend);
  backend.uploadToGPU = (dataId) => {
    const stored = backend.tensorMap.get(dataId);
    if (stored.resource || !stored.values || !["float32", "int32", "bool"].includes(stored.dtype))
      return upload(dataId);
    const bytes = 4 * sizeOf(stored.shape);
    if (bytes === 0) return upload(dataId);
    // a buffer that is free is used by no command that still waits to be submitted, so that the queue may write it now
    const buffer = backend.bufferManager.acquireBuffer(bytes, STORAGE | COPY_SRC | COPY_DST);
    backend.queue.writeBuffer(buffer, 0, stored.dtype === "float32" ? floats(stored.values) : integers(stored.values));
    Object.assign(stored, { resource: buffer, values: null });
  };
  const make = backend.makeUniforms.bind(backend);
  const kept = new Map<string, GPUBufferBinding>();
  backend.makeUniforms = (uniforms) => {
    let key = "";
    for (const { type, data } of uniforms) key += type === "float32" ? `f${data}` : `i${data}`;
    const known = kept.get(key);
    if (known) return known;
    if (kept.size >= most) return make(uniforms);
    const bytes = packed(uniforms);
    const buffer = backend.device.createBuffer({ size: bytes.byteLength, usage: GPUBufferUsage.UNIFORM | COPY_DST });
    backend.queue.writeBuffer(buffer, 0, bytes);
    const binding = { buffer, offset: 0, size: bytes.byteLength };
    kept.set(key, binding);
    return binding;
  };
}

type Values = ArrayLike<number>;

const floats = (values: Values) =>
  values instanceof Float32Array ? (values as Float32Array<ArrayBuffer>) : Float32Array.from(values);

const integers = (values: Values) =>
  values instanceof Int32Array ? (values as Int32Array<ArrayBuffer>) : Int32Array.from(values);

/** Uniforms as WGSL lays out a structure of scalars and vectors. */
function packed(uniforms: readonly Uniform[]): ArrayBuffer {
  const alignments = uniforms.map(({ data }) => [4, 4, 8, 16, 16, 16, 16][data.length]);
  const offsets: number[] = [];
  let [end, long] = [0, false];
  for (const [at, { data }] of uniforms.entries()) {
    const alignment = long ? 16 : alignments[at]; // five or six numbers are a structure, which ends at a multiple of 16
    offsets.push(Math.ceil(end / alignment) * alignment);
    end = offsets[at] + 4 * Math.max(1, data.length);
    long = data.length > 4;
  }
  const whole = Math.max(4, ...alignments);
  const bytes = new ArrayBuffer(Math.ceil(end / whole) * whole);
  for (const [at, { type, data }] of uniforms.entries()) {
    const view = new (type === "float32" ? Float32Array : Int32Array)(bytes, offsets[at], Math.max(1, data.length));
    view.set(data.length === 0 ? [1] : data);
  }
  return bytes;
}
