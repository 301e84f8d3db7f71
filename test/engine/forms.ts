import { availableParallelism } from "node:os";
import { useKernels } from "../../lib/engine/native.js";
import * as tf from "../../lib/engine/tf.js";

process.env.ARCO_THREADS = String(Math.min(2, availableParallelism())); // so that our own kernels split their work, whatever the runner gives to other tests

/** Runs something with the operations computed in one way. */
type Form = <T>(run: () => Promise<T>) => Promise<T>;

/** The ways an operation is computed: with our own kernels, with TensorFlow's (as on CUDA), and composed of TensorFlow.js's operations (as on WebGPU). */
export const forms: Readonly<Record<"own" | "stock" | "composed", Form>> = {
  own: (run) => run(),
  stock: async (run) => {
    const kernels = useKernels(undefined);
    return run().finally(() => useKernels(kernels));
  },
  composed: async (run) => {
    const backend = tf.getBackend();
    await tf.setBackend("cpu");
    return run().finally(() => tf.setBackend(backend));
  },
};

/** Runs something in every form, one after the other. */
export async function inEveryForm(run: (form: string) => Promise<void>): Promise<void> {
  for (const [name, form] of Object.entries(forms)) await form(() => run(name));
}
