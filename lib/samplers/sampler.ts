import type { Rng } from "../engine/random.js";
import { Problem } from "../problem.js";
import type { Groups } from "./groups.js";
import type { Population } from "./population.js";

/** n drawn positions of the population, in random order: the mean of h over the population is estimated by the sum of weight · h. */
export interface Draw {
  readonly index: Int32Array;
  readonly weight: Float32Array;
  readonly group: Int32Array;
}

/** Options of all samplers; each reads those that apply to it. */
export interface SamplerOptions {
  /** Whether a position may be drawn twice, as in the theory. */
  replacement?: boolean;
  /** "plain": the mean of the draws. "horvitzThompson": divided by the expected number of times each position is drawn; the same where that is equal for all. */
  weights?: "plain" | "horvitzThompson";
  /** How SAG finds the partner of a pixel: its rank from the other end of the group, or its reflection about the centre of the grid cell. */
  pairing?: "rank" | "geometric";
}

/** Draws n positions. Throws a Problem where n is no whole number, the population is empty or, without replacement, n is larger than it. */
export type DrawPixels = (
  population: Population,
  groups: Groups,
  n: number,
  rng: Rng,
  options?: SamplerOptions,
) => Draw;

/** A way to draw pixels. */
export interface Sampler {
  name: string;
  title: string;
  cite: string;
  draw: DrawPixels;
  /** Expected number of times each position is drawn. */
  inclusion(population: Population, groups: Groups, n: number, options?: SamplerOptions): Float64Array;
}

/** Throws a Problem where n positions cannot be drawn. */
export function checkDraw(
  { pixels }: Population,
  { label }: Groups,
  n: number,
  { replacement = true }: SamplerOptions = {},
): void {
  const size = pixels.length;
  if (!Number.isInteger(n) || n < 1)
    throw new Problem(`sampler: found n = ${n}, expected a whole number of at least 1`);
  if (size === 0)
    throw new Problem("sampler: found no pixel in the population, expected at least one; leave its class out");
  if (label.length !== size)
    throw new Problem(`sampler: found groups of ${label.length} pixels, expected those of a population of ${size}`);
  if (!replacement && n > size)
    throw new Problem(`sampler: found n = ${n} for ${size} pixels, expected at most that many; draw with replacement`);
}

/** The draw whose plain mean is the estimate. */
export const plainMean = (index: Int32Array, groups: Groups): Draw => ({
  index,
  weight: new Float32Array(index.length).fill(1 / index.length),
  group: groupsAt(index, groups),
});

/** The groups of some positions. */
export function groupsAt(index: Int32Array, { label }: Groups): Int32Array {
  const group = new Int32Array(index.length);
  for (let i = 0; i < index.length; i++) group[i] = label[index[i]];
  return group;
}

/** The inclusion of a sampler under which all positions are equally likely: n/N each. */
export const equalInclusion: Sampler["inclusion"] = (population, groups, n, options) => {
  checkDraw(population, groups, n, options);
  const size = population.pixels.length;
  return new Float64Array(size).fill(n / size);
};
