import { stream } from "../../engine/random.js";

/** Which example of a pool takes each place of the training, as a pure function: nothing need be remembered between steps. */
export interface Drawing {
  /** Index into the pool of the n-th example drawn since the training began. */
  at(n: number): number;
}

/**
 * Every pass over the pool is a new shuffle, so each example comes once in a pass; a pool smaller than its share of a batch is passed through several times in it.
 * Random streams are named by the pool and the pass.
 */
export function passes(seed: number, name: string, size: number): Drawing {
  let known: { pass: number; order: Int32Array } | undefined;
  return {
    at(n) {
      const pass = Math.floor(n / size);
      if (known?.pass !== pass) known = { pass, order: stream(seed, `${name} order`, pass).permutation(size) };
      return known.order[n % size];
    },
  };
}

/** Every draw is independent of all others, as in the second phase of the released code. */
export function replacement(seed: number, name: string, size: number): Drawing {
  return { at: (n) => stream(seed, `${name} draw`, n).integer(0, size) };
}
