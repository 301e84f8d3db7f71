import cdf from "@stdlib/stats-base-dists-t-cdf";
import { Problem } from "../problem.js";
import { type SignFlipOptions, signFlip } from "./signFlip.js";
import { type Summary, summary } from "./summary.js";
import { wilcoxon } from "./wilcoxon.js";

/** The comparison of two arms measured in pairs (same seed, or same case): `difference` is second minus first. */
export interface Paired {
  difference: Summary;
  /** Two-sided p of Student's paired t-test; undefined for fewer than two pairs, or when all differences are equal. */
  tTest?: number;
  /** Two-sided p of the sign-flip permutation test on the mean; undefined for fewer than two pairs, or for more than 20 without a stream of random numbers. */
  signFlip?: number;
  /** Two-sided p of Wilcoxon's signed-rank test; undefined for fewer than two pairs, or when all differences are zero. */
  wilcoxon?: number;
  /** Mean difference in units of its standard deviation (Cohen's d for pairs). */
  effect?: number;
}

/** How sure the interval is to be, and how flips are drawn where there are too many. */
type PairedOptions = { confidence?: number } & SignFlipOptions;

/** Compares paired measurements. Throws a Problem when the lists differ in length, for then they are no pairs. */
export function paired(first: readonly number[], second: readonly number[], options: PairedOptions = {}): Paired {
  if (first.length !== second.length)
    throw new Problem(
      `paired comparison: found ${first.length} and ${second.length} values, expected one of each per pair; run the missing seeds`,
    );
  return ofDifferences(
    second.map((value, i) => value - first[i]),
    options,
  );
}

/** The same of the differences themselves. */
export function ofDifferences(
  values: readonly number[],
  { confidence = 0.95, ...options }: PairedOptions = {},
): Paired {
  const difference = summary(values, { confidence });
  const { n, mean, sd } = difference;
  if (sd === undefined) return { difference };
  const tests = { signFlip: signFlip(values, options), wilcoxon: wilcoxon(values) };
  if (sd === 0) return { difference, ...tests };
  const t = mean / (sd / Math.sqrt(n));
  return { difference, tTest: 2 * cdf(-Math.abs(t), n - 1), ...tests, effect: mean / sd };
}
