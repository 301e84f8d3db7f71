import { gatherRows } from "../engine/ops/gather.js";
import { statistic } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";

/** A pool of embeddings [capacity, ...features] that starts with standard normal numbers. */
export function poolInit(rng: Rng, shape: readonly number[]): tf.Variable {
  const size = shape.reduce((a, b) => a * b, 1);
  const draws = Float32Array.from({ length: size }, () => rng.normal());
  return statistic(tf.tensor(draws, [...shape]));
}

/** Puts rows [n, ...features] into a pool, first in, first out, where `entered` rows were put before: the oldest are overwritten, from the end on to the start. */
export function enqueue(pool: tf.Variable, rows: tf.Tensor, entered: number): void {
  const [capacity, n] = [pool.shape[0], rows.shape[0]];
  const sources = Int32Array.from({ length: capacity }, (_, place) => place);
  for (let row = 0; row < n; row++) sources[(entered + row) % capacity] = capacity + row;
  tf.tidy(() => {
    const all = tf.concat([pool.reshape([capacity, -1]), rows.reshape([n, -1])]);
    pool.assign(gatherRows(all, tf.tensor1d(sources, "int32")).reshape(pool.shape));
  });
}
