import cdf from "@stdlib/stats-base-dists-t-cdf";
import { Problem } from "../problem.js";
import { type Summary, summary } from "./summary.js";

/** The comparison of two arms measured in pairs (same seed, or same case): `difference` is second minus first. */
export interface Paired {
  difference: Summary;
  /** Two-sided p of Student's paired t-test; undefined for fewer than two pairs, or when all differences are equal. */
  tTest?: number;
  /** Two-sided p of the sign-flip permutation test on the mean, exact; undefined for fewer than two pairs. */
  signFlip?: number;
  /** Mean difference in units of its standard deviation (Cohen's d for pairs). */
  effect?: number;
}

/** Compares paired measurements. Throws a Problem when the lists differ in length, for then they are no pairs. */
export function paired(first: readonly number[], second: readonly number[], { confidence = 0.95 } = {}): Paired {
  if (first.length !== second.length)
    throw new Problem(`paired comparison: found ${first.length} and ${second.length} values, expected one of each per pair; run the missing seeds`);
  const values = second.map((value, i) => value - first[i]);
  const difference = summary(values, { confidence });
  const { n, mean, sd } = difference;
  if (sd === undefined) return { difference };
  const signFlip = flips(values);
  if (sd === 0) return { difference, signFlip };
  const t = mean / (sd / Math.sqrt(n));
  return { difference, tTest: 2 * cdf(-Math.abs(t), n - 1), signFlip, effect: mean / sd };
}

const exactPairs = 20;

/** Share of the 2ⁿ ways to flip signs whose mean is at least as far from zero (Fisher's permutation test); up to 20 pairs. */
function flips(values: readonly number[]): number | undefined {
  if (values.length > exactPairs) return undefined;
  const sum = Math.abs(values.reduce((total, value) => total + value, 0));
  const tolerance = 1e-12 * values.reduce((total, value) => total + Math.abs(value), 0);
  let extreme = 0;
  const ways = 2 ** values.length;
  for (let way = 0; way < ways; way++) {
    const flipped = values.reduce((total, value, i) => total + (way & (1 << i) ? -value : value), 0);
    if (Math.abs(flipped) >= sum - tolerance) extreme++;
  }
  return extreme / ways;
}
