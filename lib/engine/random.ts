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
  /** Fills an array with integers k, 0 ≤ k < high ≤ 2³¹, faster than one by one. */
  integers(high: number, into: Int32Array): void;
  /** Puts values in random order, in place (Fisher–Yates); faster than through a permutation. */
  shuffle(values: Int32Array): void;
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
  // Lemire 2019: the high word of word × high; the few low words that would favour some integers are drawn again
  const below = (high: number) => {
    let word = generator.next();
    let low = Math.imul(word, high) >>> 0;
    if (low < high)
      for (const least = 2 ** 32 % high; low < least; low = Math.imul(word, high) >>> 0) word = generator.next();
    return Math.floor(((word >>> 16) * high + Math.floor(((word & 0xffff) * high) / 2 ** 16)) / 2 ** 16);
  };
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation: (n) => permutationOf(n, integer),
    integers(high, into) {
      for (let i = 0; i < into.length; i++) into[i] = below(high);
    },
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [values[i], values[j]] = [values[j], values[i]];
      }
    },
  };
}

/** 0 … n−1 in an order that n − 1 whole numbers decide (Fisher–Yates). */
export function permutationOf(n: number, integer: Rng["integer"]): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = integer(0, i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
