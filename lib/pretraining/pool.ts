import { enqueue } from "../engine/ops/enqueue.js";
import { statistic } from "../engine/params.js";
import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";

/** A pool of embeddings [capacity, ...features] that starts with standard normal numbers. */
export function poolInit(rng: Rng, shape: readonly number[]): tf.Variable {
  const size = shape.reduce((a, b) => a * b, 1);
  const draws = Float32Array.from({ length: size }, () => rng.normal());
  return statistic(tf.tensor(draws, [...shape]));
}

/** A pool with its write position, which a checkpoint holds too. */
export interface Queue {
  entries: tf.Variable; // [capacity, features]
  /** "name/entries" and "name/position" (int32), the place of the next row. */
  variables: Record<string, tf.Variable>;
  /** Appends rows [n, features]. */
  push(rows: tf.Tensor): Promise<void>;
}

/** A queue of embeddings that starts with standard normal numbers. */
export function queueOf(rng: Rng, shape: readonly [number, number], name = "queue"): Queue {
  const entries = poolInit(rng, shape);
  const position = statistic(tf.scalar(0, "int32"));
  return {
    entries,
    variables: { [`${name}/entries`]: entries, [`${name}/position`]: position },
    async push(rows) {
      const [entered] = await position.data();
      enqueue(entries, rows, entered);
      tf.tidy(() => position.assign(tf.scalar((entered + rows.shape[0]) % shape[0], "int32")));
    },
  };
}
