import { holm } from "../statistics/correction.js";
import {
  type Decision,
  decision,
  fewestPairs,
  type PairsNeeded,
  pairsInWords,
  pairsNeeded,
  wouldDecide,
} from "../statistics/decision.js";
import { type Paired, paired } from "../statistics/paired.js";
import { type Summary, summary } from "../statistics/summary.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import { inWords, probability, range, signed } from "../written.js";
import { atSharedSeeds, diceByPatient } from "./rows.js";

/** What the runs of an arm gave on the test cases: means over classes, summed up over seeds. */
export interface ArmResult {
  name: string;
  title: string;
  labeled: number;
  runs: { folder: string; seed: number; metrics: Metrics }[];
  dice: Summary;
  /** In mm; runs in which no distance is defined are left out. */
  assd: Summary;
}

/** How one arm differs from another, and how sure that is. */
export interface Verdict {
  /** Names of the two arms. */
  arm: string;
  baseline: string;
  /** Dice of the arm minus the baseline's, in pairs of the same seed (same first weights, same labelled batches). */
  overSeeds: Paired;
  /** The same in pairs of the same test patient, each the mean over seeds and volumes. */
  overCases: Paired;
  /** Two-sided p of the t-test over seeds, corrected for the number of verdicts (Holm); undefined for a single seed. */
  p?: number;
  /** Seeds that a verdict on the observed difference would take, at the observed spread and at its upper bound (5 % shared among the verdicts, power 80 %), more than there are; null where it is clear, no number would do, or one seed shows no spread. */
  seedsNeeded: PairsNeeded | null;
  /** Whether the seeds decide it: five at least, p below 0.05, and the sign-flip test agrees. */
  isClear: boolean;
  /** The finding in one sentence, computed. */
  finding: string;
}

/** Sums up the runs of an arm. */
export function sumUp(
  { name, title, labeled }: Pick<ArmResult, "name" | "title" | "labeled">,
  runs: ArmResult["runs"],
): ArmResult {
  const distances = runs.map(({ metrics }) => metrics.mean.assd).filter((value): value is number => value !== null);
  return {
    name,
    title,
    labeled,
    runs,
    dice: summary(runs.map(({ metrics }) => metrics.mean.dice)),
    assd: summary(distances),
  };
}

/** Each pair of arms, the baseline first, compared in pairs of what they share: seeds, and test cases. */
export function verdicts(pairs: readonly (readonly [baseline: ArmResult, arm: ArmResult])[]): Verdict[] {
  const overSeeds = pairs.map(([baseline, arm]) => paired(...atSharedSeeds(baseline, arm)));
  const tested = overSeeds.flatMap(({ tTest }, at) => (tTest === undefined ? [] : [{ at, p: tTest }]));
  const corrected = holm(tested.map(({ p }) => p));
  return pairs.map(([baseline, arm], at) => {
    const { n, mean, sd } = overSeeds[at].difference;
    const p = corrected[tested.findIndex((one) => one.at === at)];
    const of = Math.max(1, tested.length); // Holm's correction asks 5 % divided by that of the first of them
    const needed = sd === undefined ? undefined : pairsNeeded({ n, mean, sd }, { comparisons: of });
    const found = decision(overSeeds[at], p);
    const known = { arm, baseline, overSeeds: overSeeds[at], needed, p, of: tested.length, found };
    return {
      arm: arm.name,
      baseline: baseline.name,
      overSeeds: overSeeds[at],
      overCases: paired(diceByPatient(baseline.runs), diceByPatient(arm.runs)),
      ...(p !== undefined && { p }),
      seedsNeeded: needed && Number.isFinite(needed[0]) && found !== "decided" ? needed : null,
      isClear: found === "decided",
      finding: finding(known),
    };
  });
}

interface Known {
  arm: ArmResult;
  baseline: ArmResult;
  overSeeds: Paired;
  needed?: PairsNeeded;
  p?: number;
  of: number;
  found: Decision;
}

function finding({ arm, baseline, overSeeds: { difference }, needed, p, of, found }: Known): string {
  const { n, mean, interval } = difference;
  const none = `as good as ${baseline.title} to a tenth of a Dice point`;
  const size = inWords(100 * mean, {
    unit: "Dice points",
    more: `better than ${baseline.title}`,
    less: `worse than ${baseline.title}`,
    none,
  });
  if (!interval) return `${arm.title}: ${size}, with one seed; more seeds would show the spread.`;
  const ends = range(interval, (end) => signed(100 * end));
  const corrected = p === undefined ? "" : `, p ${chance(p)}${of > 1 ? ` after Holm for ${of} comparisons` : ""}`;
  const spread = `95 % interval of the difference ${ends}, ${n} seeds${corrected}`;
  if (found === "decided") return `${arm.title}: ${size} (${spread}).`;
  const more = wouldDecide(needed);
  if (found === "too few")
    return `${arm.title}: ${size}, but ${n} seeds are too few for a verdict, which takes ${fewestPairs} (${spread}); ${more}.`;
  const holdsZero = interval[0] <= 0 && interval[1] >= 0;
  const but = holdsZero
    ? `${size === none ? "" : "but that lies "}within the noise of ${n} seeds`
    : `but ${n} seeds do not decide it among ${of} comparisons`;
  return `${arm.title}: ${size}, ${but} (${spread}); ${more}.`;
}

const chance = (p: number) => (p < 0.001 ? probability(p) : `= ${probability(p)}`);

/** Verdicts as plain rows, for `show`: differences of Dice in units from 0 to 1. */
export function verdictRows({
  arms,
  verdicts: all,
}: {
  arms: readonly ArmResult[];
  verdicts: readonly Verdict[];
}): Record<string, string | number | null>[] {
  const titles = new Map(arms.map(({ name, title }) => [name, title]));
  return all.map(({ arm, baseline, overSeeds, overCases, p, seedsNeeded: needed }) => ({
    arm: titles.get(arm) ?? arm,
    against: titles.get(baseline) ?? baseline,
    "difference in Dice (0 to 1)": overSeeds.difference.mean,
    "p (seeds, Holm)": p ?? null,
    "seeds needed": needed && (pairsInWords(needed) ?? null),
    "95 % from (volumes)": overCases.difference.interval?.[0] ?? null,
    "to (volumes)": overCases.difference.interval?.[1] ?? null,
  }));
}
