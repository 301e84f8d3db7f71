import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type * as util from "node:util";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { Problem } from "../problem.js";
import { type Kernels, useKernels } from "./native.js";
import * as tf from "./tf.js";

/** What may run the tensors: native TensorFlow on the CPU or an NVIDIA GPU, any GPU through WebGPU, or plain JavaScript (tests of tiny shapes only). */
export type EngineKind = "cpu" | "cuda" | "webgpu" | "js";

/** The engine that runs in this process. */
export interface Engine {
  kind: EngineKind;
  /** TensorFlow.js's name of the backend. */
  backend: "tensorflow" | "webgpu" | "cpu";
  /** Version of the native library (TensorFlow or Dawn). */
  version: string;
  device: string;
  /** CPU threads one operation may use; results are bit-equal only for equal numbers of threads. */
  threads: number;
}

/** Version of TensorFlow whose libraries the set-up fetches. */
export const tensorflowVersion = "2.21.0";

const kinds: readonly EngineKind[] = ["cpu", "cuda", "webgpu", "js"];
const root = resolve(fileURLToPath(import.meta.url), "../../..");
const require = createRequire(import.meta.url);
let running: Promise<Engine> | undefined;
let started: Engine | undefined;
let secondsBefore: number | undefined;

/**
 * Starts the tensor engine, once per process. `ARCO_ENGINE` (cpu, cuda, webgpu, js) overrides the choice, which is otherwise the best one the set-up built;
 * `ARCO_THREADS` sets the CPU threads, otherwise `threads` does, otherwise they are as many as cores. Throws a Problem when the engine is missing: a slower one is never taken silently.
 */
export function startEngine(kind?: EngineKind, threads?: number): Promise<Engine> {
  running ??= start(kind, threads);
  return running.then((engine) => {
    started = engine;
    secondsBefore ??= process.uptime();
    if (kind && engine.kind !== kind)
      throw new Problem(
        `this process runs the engine "${engine.kind}", "${kind}" was asked for; start another process`,
      );
    return engine;
  });
}

/** What runs in this process, or would run if it were started now: its kind and its CPU threads. Throws a Problem for a wrong word in the environment. */
export function engineHere(): Pick<Engine, "kind" | "threads"> {
  return started ?? { kind: chosenKind(), threads: threadsAsked() ?? availableParallelism() };
}

/** Seconds from the start of this process to that of its engine; undefined before. */
export const engineStartedAfter = (): number | undefined => secondsBefore;

/** Folder of a native engine inside the checkout. */
export const engineFolder = (kind: "cpu" | "cuda") => join(root, ".engine", `${kind}-${tensorflowVersion}`);

function chosenKind(): EngineKind {
  const asked = process.env.ARCO_ENGINE;
  if (!asked) return existsSync(join(engineFolder("cuda"), "tfjs_binding.node")) ? "cuda" : "cpu";
  const kind = kinds.find((name) => name === asked);
  if (!kind) throw new Problem(`ARCO_ENGINE: found "${asked}", expected one of ${kinds.join(", ")}`);
  return kind;
}

async function start(asked?: EngineKind, threads = availableParallelism()): Promise<Engine> {
  const kind = asked ?? chosenKind();
  if (kind === "cpu" || kind === "cuda") return startNative(kind, threadsAsked() ?? threads);
  if (kind === "webgpu") return (await import("./webgpu.js")).startWebGpu();
  await tf.setBackend("cpu");
  return { kind, backend: "cpu", version: tf.version_core, device: "plain JavaScript", threads: 1 };
}

/** Switches of the process, see native/process. */
interface ProcessAddon {
  /** Keeps freed memory in the process and asks for huge pages in the coming bytes of the heap (Linux; elsewhere it does nothing). */
  keepMemory(bytes: number): boolean;
  /** Holds the error stream while TensorFlow's libraries greet. */
  mute(on: boolean): void;
}

/** The class of tfjs-node that we need; its own entry point would look for a downloaded addon. */
interface NodeBackendModule {
  NodeJSKernelBackend: new (binding: object, packageName: string) => tf.KernelBackend;
}

async function startNative(kind: "cpu" | "cuda", threads: number): Promise<Engine> {
  const folder = engineFolder(kind);
  const addon = join(folder, "tfjs_binding.node");
  if (!existsSync(addon))
    throw new Problem(
      `${addon}: the native engine is not built; run "npm run setup" (or set ARCO_ENGINE=webgpu to use a GPU through WebGPU)`,
    );
  let binding: { TF_Version: string };
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1"; // off is 2.1 times slower on the CPU
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  if (kind === "cpu") process.env.CUDA_VISIBLE_DEVICES = "-1";
  restoreRemovedUtil();
  collectSeldom(200e6);
  const { keepMemory, mute } = require(join(folder, "arco_process.node")) as ProcessAddon;
  keepMemory(totalmem() / 2);
  mute(true);
  try {
    binding = require(addon) as { TF_Version: string };
    if (kind === "cpu") useKernels(require(join(folder, "arco_kernels.node")) as Kernels);
  } finally {
    mute(false);
  }
  require("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  const { NodeJSKernelBackend } =
    require("@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js") as NodeBackendModule;
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node-gpu"), 3);
  await tf.setBackend("tensorflow");
  const gpu = (tf.backend() as unknown as { isUsingGpuDevice: boolean }).isUsingGpuDevice;
  if (kind === "cuda" && !gpu)
    throw new Problem(
      "ARCO_ENGINE=cuda: TensorFlow found no NVIDIA GPU; check that nvidia-smi lists one, or set ARCO_ENGINE=cpu",
    );
  const device = gpu ? "NVIDIA GPU" : (cpus()[0]?.model ?? "CPU");
  return { kind, backend: "tensorflow", version: binding.TF_Version, device, threads };
}

/**
 * The CPU threads that ARCO_THREADS asks for, undefined where it does not. Throws a Problem where it is no number, or more than there are processors:
 * results depend on the number in their last bits, so that it is not quietly made smaller. A run that a larger machine began goes on with its own number
 * where ARCO_THREADS is not set.
 */
export function threadsAsked(processors = availableParallelism()): number | undefined {
  const asked = process.env.ARCO_THREADS;
  if (!asked) return undefined;
  const threads = Number(asked);
  if (!Number.isInteger(threads) || threads < 1 || threads > processors)
    throw new Problem(
      `ARCO_THREADS: found "${asked}", expected a whole number from 1 to ${processors}, the processors of this machine`,
    );
  return threads;
}

/**
 * Lets V8's heap grow by some bytes before it looks through all that lives: a step leaves ten megabytes of arrays, and V8's own limit had
 * that done every other step, at a twentieth of a training's time.
 */
function collectSeldom(bytes: number): void {
  setFlagsFromString(`--heap-growing-percent=${Math.ceil((100 * bytes) / getHeapStatistics().used_heap_size)}`);
}

/** tfjs-node 4.22 still calls two functions that Node 23 removed. */
function restoreRemovedUtil(): void {
  const old = require("node:util") as typeof util & {
    isNullOrUndefined?: (v: unknown) => boolean;
    isArray?: (v: unknown) => boolean;
  };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}
