import { type Params, trainableByPath } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";

/** Standard deviation of a filter's values: √(2 / inputs) or √(2 / (inputs + outputs)), both counted with the kernel's volume. */
export type NormalRule = "kaiming" | "xavier";

/**
 * Re-initialises the filters of a V-Net's convolutions from a normal distribution. Transposed convolutions, biases and normalisation keep their
 * values, as in SSL4MIS's 3D cross pseudo supervision.
 */
export function drawNormalFilters(params: Params, rng: Rng, rule: NormalRule): void {
  for (const [path, filter] of Object.entries(trainableByPath(params))) {
    if (!path.endsWith("weight") || path.startsWith("up.")) continue;
    const [inputs, outputs] = filter.shape.slice(-2);
    const kernel = filter.size / inputs / outputs;
    const deviation = Math.sqrt(2 / kernel / (rule === "kaiming" ? inputs : inputs + outputs));
    const values = Float32Array.from({ length: filter.size }, () => deviation * rng.normal());
    tf.tidy(() => filter.assign(tf.tensor(values, filter.shape)));
  }
}
