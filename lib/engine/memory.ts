import { isNative } from "./native.js";
import * as tf from "./tf.js";

/** What tensors this process holds: a training step must leave both counts as it found them. */
export function tensorCount(): { tensors: number; native: number } {
  const native = isNative() ? (tf.backend() as unknown as { getNumOfTFTensors(): number }).getNumOfTFTensors() : 0;
  return { tensors: tf.memory().numTensors, native };
}
