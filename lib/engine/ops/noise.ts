import { attributes, constant, execute, isNative, typeAttribute } from "../native.js";
import * as tf from "../tf.js";
import type { MaskSeed } from "./dropout.js";

/** Numbers drawn uniformly from [0, 1) in a shape, decided by a seed alone. */
export function uniformNoise(shape: readonly number[], [first, second]: MaskSeed): tf.Tensor {
  if (!isNative()) return tf.randomUniform([...shape], 0, 1, "float32", `${first}/${second}`);
  const seed = tf.tensor1d([first, second], "int32");
  const types = attributes("uniform", () => [
    typeAttribute("dtype"),
    typeAttribute("T", "int32"),
    typeAttribute("Tseed", "int32"),
  ]);
  return execute("StatelessRandomUniform", types, [constant(shape), seed]);
}

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
