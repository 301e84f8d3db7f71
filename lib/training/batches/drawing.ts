import type { Pool } from "../../benchmarks/benchmark.js";
import { stream } from "../../engine/random.js";
import { partitionCount, partitionOf } from "../../methods/partition.js";
import type { Training } from "../../methods/recipes.js";
import { Problem } from "../../problem.js";

/** Which example of a pool takes each place of the training, as a pure function: nothing need be remembered between steps. */
export interface Drawing {
  /** Index into the pool of the n-th example drawn since the training began. */
  at(n: number): number;
}

/** The drawing of a config from a pool whose share of a batch is known. */
export function drawing(
  draw: Training["draw"],
  { seed, name, pool, share }: { seed: number; name: string; pool: Pick<Pool, "size" | "places">; share: number },
): Drawing {
  if (draw === "partitions") return partitions(seed, name, pool.places, share);
  return (draw === "passes" ? passes : replacement)(seed, name, pool.size);
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

/**
 * A batch holds one slice from each of four equal parts of several volumes (Chaitanya et al. 2020); volumes come in shuffled passes, slices at random from their part.
 * Throws a Problem where the share is no multiple of four, or a volume has fewer slices than parts.
 */
export function partitions(seed: number, name: string, places: Pool["places"], share: number): Drawing {
  if (share % partitionCount !== 0)
    throw new Problem(
      `batch.${name}: found ${share}, expected a multiple of ${partitionCount}: one slice of each part of every volume`,
    );
  const volumes = new Map<string, number[][]>();
  for (const [index, place] of places.entries()) {
    const parts = volumes.get(place.case) ?? Array.from({ length: partitionCount }, () => []);
    parts[partitionOf(place)].push(index);
    volumes.set(place.case, parts);
  }
  const all = [...volumes];
  const empty = all.find(([, parts]) => parts.some(({ length }) => length === 0));
  if (empty)
    throw new Problem(
      `${empty[0]}: found no slice in one of its ${partitionCount} parts, expected some in each; draw in passes or leave the volume out`,
    );
  const order = passes(seed, `${name} volumes`, all.length);
  return {
    at(n) {
      const [, parts] = all[order.at(Math.floor(n / partitionCount))];
      const slices = parts[n % partitionCount];
      return slices[stream(seed, `${name} slice`, n).integer(0, slices.length)];
    },
  };
}
