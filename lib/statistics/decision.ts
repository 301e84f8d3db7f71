import quantile from "@stdlib/stats-base-dists-chisquare-quantile";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import type { Paired } from "./paired.js";
import { seedsNeeded } from "./seedsNeeded.js";

/** Fewer pairs decide nothing: of two, differences of a third of a Dice point that happen to be alike give p = 0.04, and the next seed turns them round. */
export const fewestPairs = 5;

/** What paired differences say of their mean: that it is not zero, that they do not tell it from zero, or that they are too few to be asked. */
export type Decision = "decided" | "undecided" | "too few";

/**
 * What some pairs (seeds) decide. `p` is that of the t-test after a correction for all comparisons; without one, the comparison is taken alone.
 * The sign-flip test has to agree: p < 0.05, or of five pairs the least it can be, 1/16, which is all of one sign.
 */
export function decision({ difference: { n }, tTest, signFlip }: Paired, p = tTest): Decision {
  if (n < fewestPairs) return "too few";
  const agrees = signFlip === undefined ? n > 20 : signFlip <= Math.max(0.05, 2 ** (1 - n));
  return p !== undefined && p < 0.05 && agrees ? "decided" : "undecided";
}

/** From how many to how many pairs; Infinity where no number would do. */
export type PairsNeeded = readonly [least: number, most: number];

/**
 * How many pairs a verdict would take if the true difference is the observed one: at the observed spread, and at its upper bound
 * (80 %, one-sided, by χ²; Browne 1995), for a spread of few pairs is often far too small. At least `fewestPairs`, and more than there are.
 */
export function pairsNeeded(
  { n, mean, sd }: { n: number; mean: number; sd: number },
  { comparisons = 1 }: { comparisons?: number } = {},
): PairsNeeded {
  const upper = sd * Math.sqrt((n - 1) / quantile(0.2, n - 1));
  const at = (spread: number) =>
    Math.max(fewestPairs, n + 1, seedsNeeded({ mean, sd: spread }, { alpha: 0.05 / comparisons }));
  return [at(sd), at(upper)];
}

/** "8 to 31", "12", "40 or more"; nothing where no number would do. */
export function pairsInWords([least, most]: PairsNeeded): string | undefined {
  if (!Number.isFinite(least)) return undefined;
  if (!Number.isFinite(most)) return `${least} or more`;
  return least === most ? String(least) : `${least} to ${most}`;
}

/**
 * The smallest true difference that so many pairs of such a spread would show with power 80 %: δ = (t_{1−α/2} + t_{0.8})·sd/√n with n − 1 degrees of freedom,
 * α being 5 % shared among all comparisons. What is below it is neither there nor not there. Undefined where pairs are too few for a verdict.
 */
export function detectable(
  { n, sd }: { n: number; sd: number },
  { comparisons = 1 }: { comparisons?: number } = {},
): number | undefined {
  if (n < fewestPairs) return undefined;
  return ((tQuantile(1 - 0.025 / comparisons, n - 1) + tQuantile(0.8, n - 1)) * sd) / Math.sqrt(n);
}

/** "at this difference about 8 to 31 seeds would decide". */
export function wouldDecide(needed?: PairsNeeded, of = "seed"): string {
  const words = needed && pairsInWords(needed);
  return `at this difference ${words ? `about ${words}` : "no number of"} ${of}s would decide`;
}

/** "more than the noise of the seeds", "within" it, or that there are too few: what some pairs say, as the end of a sentence. */
export const versusNoise = (pairs: Paired, of = "seeds"): string =>
  ({
    decided: `more than the noise of the ${of}`,
    undecided: `within the noise of the ${of}`,
    "too few": `too few ${of} for a verdict, which takes ${fewestPairs}`,
  })[decision(pairs)];
