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
  if (/MatMul(V2)?$/.test(op)) return product(inputs[0], inputs[1], output);
  return 0;
}

/** Of [n, a, b] and [n, b, c], transposed or not: (nab)(nbc)(nac) is n(nabc)². */
function product(left: tf.Tensor, right: tf.Tensor, { size, shape }: tf.Tensor): number {
  const count = shape.slice(0, -2).reduce((n, length) => n * length, 1);
  return Math.sqrt((left.size * right.size * size) / count);
}

/** Each pixel of the map on the filter's far side takes every weight of its channel once. */
const perPixel = (map: tf.Tensor, { size, shape }: tf.Tensor): number => map.size * (size / shape[shape.length - 1]);
