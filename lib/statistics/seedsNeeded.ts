import cdf from "@stdlib/stats-base-dists-t-cdf";
import quantile from "@stdlib/stats-base-dists-t-quantile";

/** Error rates of the planned verdict. */
export interface ErrorRates {
  /** Probability of a false verdict when there is no difference, two-sided. */
  alpha?: number;
  /** Probability of a verdict when the difference is as large as observed. */
  power?: number;
  /** Above this number the answer is Infinity. */
  limit?: number;
}

/**
 * How many pairs (seeds) a paired t-test needs for a verdict, if the true mean difference and its standard deviation are those observed.
 * Infinity where the difference is 0 or more than `limit` pairs would be needed. The power takes the noncentral t as a shifted t: at most one pair from the exact answer.
 */
export function seedsNeeded(
  { mean, sd }: { mean: number; sd: number },
  { alpha = 0.05, power = 0.8, limit = 10_000 }: ErrorRates = {},
): number {
  if (sd === 0) return mean === 0 ? Number.POSITIVE_INFINITY : 2;
  const effect = Math.abs(mean) / sd;
  const reached = (n: number) => 1 - cdf(quantile(1 - alpha / 2, n - 1) - effect * Math.sqrt(n), n - 1);
  for (let n = 2; n <= limit; n++) if (reached(n) >= power) return n;
  return Number.POSITIVE_INFINITY;
}
