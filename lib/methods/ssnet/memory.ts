import { gatherRows } from "../../engine/ops/gather.js";
import { statistic } from "../../engine/params.js";
import * as tf from "../../engine/tf.js";

/** Candidates to replace a class's vectors, [n, width], and their scores [n], computed only where not all fit. */
export interface Refill {
  vectors: tf.Tensor;
  scores(): tf.Tensor;
}

/** A few vectors of each foreground class; the background has none. All of its state is in its variables. */
export interface ClassMemory {
  variables: Record<string, tf.Variable>;
  /** How many vectors each class has. */
  counts(): Promise<Int32Array>;
  /** Replaces the vectors of the classes that have candidates by those with the lowest scores. */
  refill(candidates: ReadonlyMap<number, Refill>, counts: Int32Array): Int32Array;
  /** The first `count` vectors of a class, [count, width]. */
  vectors(of: number, count: number): tf.Tensor;
}

/** An empty memory with room for `capacity` vectors a class. */
export function classMemory({
  classes,
  capacity,
  width,
}: {
  classes: number;
  capacity: number;
  width: number;
}): ClassMemory {
  const rows = Array.from({ length: classes - 1 }, () => statistic(tf.zeros([capacity, width])));
  const filled = statistic(tf.zeros([classes], "int32"));
  return {
    variables: {
      ...Object.fromEntries(rows.map((one, at) => [`memory/${at + 1}`, one])),
      "memory/filled": filled,
    },
    counts: () => filled.data<"int32">(),
    refill: (candidates, counts) =>
      tf.tidy(() => {
        const after = Int32Array.from(counts);
        for (const [of, { vectors, scores }] of candidates) {
          const count = Math.min(capacity, vectors.shape[0]);
          const kept = count < vectors.shape[0] ? gatherRows(vectors, tf.topk(scores().neg(), count).indices) : vectors;
          rows[of - 1].assign(tf.concat([kept, tf.zeros([capacity - count, width])]));
          after[of] = count;
        }
        filled.assign(tf.tensor1d(after, "int32"));
        return after;
      }),
    vectors: (of, count) => rows[of - 1].slice([0, 0], [count, width]),
  };
}
