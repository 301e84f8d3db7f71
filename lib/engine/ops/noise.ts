import { attributes, constant, execute, isNative, typeAttribute } from "../native.js";
import * as tf from "../tf.js";
import type { MaskSeed } from "./dropout.js";

/** Standard normal noise of a shape, decided by a seed alone. */
export function normalNoise(shape: readonly number[], [first, second]: MaskSeed): tf.Tensor {
  if (!isNative()) return tf.randomNormal([...shape], 0, 1, "float32", first ^ second);
  const types = attributes("normal", () => [
    typeAttribute("dtype"),
    typeAttribute("T", "int32"),
    typeAttribute("Tseed", "int32"),
  ]);
  return execute("StatelessRandomNormal", types, [constant(shape), tf.tensor1d([first, second], "int32")]);
}
