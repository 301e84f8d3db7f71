import * as tf from "../tf.js";
import { type Inputs, run } from "./kernel.js";

/** Registers what `each` runs. */
export function registerEach(): void {
  tf.registerKernel({
    kernelName: "ArcoEach",
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs }) => {
      const { numbers, code } = attrs as unknown as { numbers: Record<string, number>; code: string };
      const tensors = inputs as unknown as Inputs;
      const [{ shape }] = Object.values(tensors);
      return run({
        name: `each ${code}`,
        inputs: tensors,
        uniforms: numbers,
        floats: Object.keys(numbers),
        shape,
        dtype: "float32",
        code: `result[index] = ${code};`,
      }) as never;
    },
  });
}
