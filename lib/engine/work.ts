import * as tf from "./tf.js";

type Run = (op: string, attributes: unknown, inputs: readonly tf.Tensor[]) => tf.Tensor;

/**
 * Multiplications that convolutions and matrix products take while something runs on native TensorFlow: what a training step costs, apart from how fast it is done.
 * Undefined on other backends, which do not say what they run.
 */
export async function countMultiplications(act: () => Promise<unknown>): Promise<number | undefined> {
  const backend = tf.backend() as unknown as { executeSingleOutput?: Run };
  const { executeSingleOutput: run } = backend;
  if (!run) return void (await act());
  let total = 0;
  const counting: Run = (op, attributes, inputs) => {
    const output = run.call(backend, op, attributes, inputs);
    total += multiplications(op, inputs, output);
    return output;
  };
  backend.executeSingleOutput = counting;
  try {
    await act();
    return total;
  } finally {
    backend.executeSingleOutput = run;
  }
}

function multiplications(op: string, inputs: readonly tf.Tensor[], output: tf.Tensor): number {
  if (/Conv\d?D?.*BackpropFilter/.test(op)) return perPixel(inputs[2], output);
  if (/Conv\d?D?.*BackpropInput/.test(op)) return perPixel(inputs[2], inputs[1]);
  if (/Conv[23]D$/.test(op)) return perPixel(output, inputs[1]);
  if (op.endsWith("MatMul")) return Math.sqrt(inputs[0].size * inputs[1].size * output.size); // (ab)(bc)(ac) is (abc)²
  return 0;
}

/** Each pixel of the map on the filter's far side takes every weight of its channel once. */
const perPixel = (map: tf.Tensor, { size, shape }: tf.Tensor): number => map.size * (size / shape[shape.length - 1]);
