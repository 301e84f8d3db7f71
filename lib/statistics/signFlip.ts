import type { Rng } from "../engine/random.js";

const exactUpTo = 20;

/** How the permutations are drawn where there are too many to try all. */
export interface SignFlipOptions {
  rng?: Rng;
  resamples?: number;
}

/**
 * Two-sided p of Fisher's permutation test that paired differences are as likely as their negatives: the share of sign flips whose mean is at least as far from zero.
 * Exact for 2 to 20 differences; beyond, from random flips (the observed one among them), for which `rng` is needed; else undefined.
 */
export function signFlip(
  differences: readonly number[],
  { rng, resamples = 100_000 }: SignFlipOptions = {},
): number | undefined {
  if (differences.length < 2) return undefined;
  const sum = Math.abs(differences.reduce((total, value) => total + value, 0));
  const least = sum - 1e-12 * differences.reduce((total, value) => total + Math.abs(value), 0); // sums of the same numbers differ by rounding
  if (differences.length <= exactUpTo) return extreme(differences, least) / 2 ** differences.length;
  if (!rng) return undefined;
  let count = 1;
  for (let i = 1; i < resamples; i++)
    if (Math.abs(differences.reduce((total, value) => total + (rng.uniform() < 0.5 ? -value : value), 0)) >= least)
      count++;
  return count / resamples;
}

/** How many of all sign flips have a sum at least `least` away from zero. */
function extreme(values: readonly number[], least: number, place = 0, sum = 0): number {
  if (place === values.length) return Math.abs(sum) >= least ? 1 : 0;
  return (
    extreme(values, least, place + 1, sum + values[place]) + extreme(values, least, place + 1, sum - values[place])
  );
}
