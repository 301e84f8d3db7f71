import assert from "node:assert/strict";
import { before, test } from "node:test";
import { hasKernels, useKernels } from "../../../lib/engine/native.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { activation, large, operations, random } from "./operations.js";
import { assertEqualOutcome, gradientErrors, type Operation, outcome } from "./operation.js";

before(() => startEngine());

type Form = <T>(run: () => Promise<T>) => Promise<T>;

/** The ways an operation is computed: with our own kernels, with TensorFlow's (as on a GPU), and composed of TensorFlow.js's operations (as on WebGPU). */
const forms: Record<"own" | "stock" | "composed", Form> = {
  own: (run) => run(),
  stock: async (run) => {
    const kernels = hasKernels();
    useKernels(false);
    return run().finally(() => useKernels(kernels));
  },
  composed: async (run) => {
    const backend = tf.getBackend();
    await tf.setBackend("cpu");
    return run().finally(() => tf.setBackend(backend));
  },
};

for (const operation of [...operations, ...random]) {
  test(`${operation.name}: the gradients are the slopes`, async () => {
    for (const [form, on] of Object.entries(forms)) {
      const errors = await on(async () => gradientErrors(operation, await outcome(operation)));
      for (const [input, error] of Object.entries(errors)) assert.ok(error < 2e-4, `${form}: the gradient of ${input} is off by ${error}`);
    }
  });
}

// A kink where the slope of the activation changes keeps finite differences out.
const kinked: Operation[] = [0.01, 0].flatMap((slope) => [
  activation(`of slope ${slope} in training`, [3, 4, 5, 3], { training: true, slope }),
  activation(`of slope ${slope} in evaluation`, [3, 4, 5, 3], { training: false, slope }),
]);

for (const operation of [...operations, ...kinked, ...large]) {
  test(`${operation.name}: every backend gives the same`, async () => {
    const composed = await forms.composed(() => outcome(operation));
    for (const form of ["own", "stock"] as const) assertEqualOutcome(await forms[form](() => outcome(operation)), composed, 1e-5, form);
  });
}
