import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A stream of random numbers; drawing advances it. */
export interface Rng {
  /** A number in [0, 1). */
  uniform(low?: number, high?: number): number;
  /** An integer k with low ≤ k < high. */
  integer(low: number, high: number): number;
  /** A draw from the standard normal distribution (Box–Muller). */
  normal(): number;
  /** 0 … n−1 in random order (Fisher–Yates). */
  permutation(n: number): Int32Array;
}

/**
 * The stream with a name: the same seed and name always give the same numbers, and different names independent ones.
 * Name a stream by what it decides and when (`stream(seed, "augment", step, slot)`); then a resumed run needs no generator state.
 */
export function stream(seed: number, ...name: (string | number)[]): Rng {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...name]))
    .digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  const uniform = (low = 0, high = 1) => low + (high - low) * uniformFloat64(generator);
  const integer = (low: number, high: number) => uniformInt(generator, low, high - 1);
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = integer(0, i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
  };
}
