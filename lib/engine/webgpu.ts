import { createRequire } from "node:module";
import { Problem } from "../problem.js";
import type { Engine } from "./start.js";
import * as tf from "./tf.js";
import { mendAxes } from "./webgpu/axes.js";
import { mendBuffers } from "./webgpu/buffers.js";
import { registerEach } from "./webgpu/each.js";
import { mendElementwise } from "./webgpu/elementwise.js";
import { mendFilterGradients } from "./webgpu/filterGradient.js";
import { registerNorm } from "./webgpu/norm.js";
import { mendProducts } from "./webgpu/products.js";
import { mendReductions } from "./webgpu/reduce.js";
import { mendSegments } from "./webgpu/segments.js";
import { mendVolumes } from "./webgpu/volumes.js";

const require = createRequire(import.meta.url);

/**
 * Starts WebGPU through Dawn, Chromium's implementation, as the npm package `webgpu` carries it: any GPU with a Vulkan, Metal or Direct3D 12 driver, no CUDA.
 * Throws a Problem where no adapter answers. Loaded by `startEngine` alone, and only when it is asked for.
 */
export async function startWebGpu(): Promise<Engine> {
  const adapter = await (await openGpu()).requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Problem(noAdapter);
  await import("@tensorflow/tfjs-backend-webgpu"); // registers the backend, if navigator.gpu is there by now
  if (!(await tf.setBackend("webgpu")))
    throw new Problem(`ARCO_ENGINE=webgpu: ${nameOf(adapter)} was found but gives no device; update its driver`);
  mendBuffers();
  registerEach();
  registerNorm();
  mendReductions();
  mendAxes();
  mendElementwise();
  mendFilterGradients();
  mendVolumes();
  mendSegments();
  mendProducts();
  watch((tf.backend() as unknown as { device: GPUDevice }).device);
  const { version } = require("webgpu/package.json") as { version: string };
  return { kind: "webgpu", backend: "webgpu", version, device: nameOf(adapter), threads: 1 };
}

const noAdapter =
  "ARCO_ENGINE=webgpu: no GPU answers; install a Vulkan driver (on Debian libvulkan1 and the driver of the GPU's maker); on a machine without GPU " +
  "Debian's chromium carries SwiftShader: VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json";

/** Puts WebGPU's classes and `navigator.gpu` where a browser has them. They stay there: Dawn crashes when the GPU object is collected before its device. */
async function openGpu(): Promise<GPU> {
  const { create, globals } = await import("webgpu");
  const gpu = create([]);
  const scope = Object.assign(globalThis, globals) as { navigator?: object };
  if (!scope.navigator) Object.defineProperty(scope, "navigator", { value: {}, configurable: true }); // Node 20 has none
  Object.defineProperty(scope.navigator, "gpu", { value: gpu, configurable: true });
  return gpu;
}

/** Ends the process with a clear message where WebGPU would go on with wrong numbers. */
function watch(device: GPUDevice): void {
  device.addEventListener("uncapturederror", ({ error }) => {
    throw new Problem(`WebGPU: ${error.message.trim()}`);
  });
  void device.lost.then(({ reason, message }) => {
    if (reason !== "destroyed")
      throw new Problem(`WebGPU: the device was lost (${message || reason}); continue the run with the same command`);
  });
}

const nameOf = ({ info }: GPUAdapter): string =>
  [info.vendor, info.architecture, info.description || info.device].filter(Boolean).join(" ");
