import type { Group } from "../runs/records.js";
import { holm } from "../statistics/correction.js";
import {
  type Decision,
  decision,
  detectable,
  fewestPairs,
  type PairsNeeded,
  pairsInWords,
  pairsNeeded,
  wouldDecide,
} from "../statistics/decision.js";
import type { Paired } from "../statistics/paired.js";
import type { Observations } from "../statistics/replicates.js";
import type { Summary } from "../statistics/summary.js";
import { type Measure, measureIn, scoreIn } from "../training/evaluation/measure.js";
import { fixed, inWords, probability, range, signed } from "../written.js";
import { pairedByPatient, pairedScores, summarised } from "./rows.js";

/** What the runs of an arm gave on the test cases: means over classes, summed up over seeds. */
export interface ArmResult {
  name: string;
  title: string;
  labeled: number;
  /** Optimiser steps of each run, those of its pre-training first: "100 + 200". */
  updates: string;
  runs: Group["runs"];
  /** What it is judged by, and its values: Dice, of photographs the mIoU. */
  measure: Measure;
  score: Summary;
  /** In mm; runs in which no distance is defined are left out. */
  assd: Summary;
}

/** How one arm differs from another, and how sure that is. */
export interface Verdict {
  /** Names of the two arms. */
  arm: string;
  baseline: string;
  /** The score of the arm minus the baseline's, in pairs of the same seed (same first weights, same labelled batches); of several draws of the labelled cases each is one pair. */
  overSeeds: Paired;
  of: Observations["of"];
  /** The smallest true difference that these pairs would have shown (power 80 %, 5 % shared among the verdicts); undefined for a single one. */
  detectable?: number;
  /** The same in pairs of the same test patient, each the mean over the trainings of both and over its volumes. */
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
  { name, title, labeled, updates }: Pick<ArmResult, "name" | "title" | "labeled" | "updates">,
  runs: ArmResult["runs"],
): ArmResult {
  return {
    name,
    title,
    labeled,
    updates,
    runs,
    measure: runs[0] ? measureIn(runs[0].metrics) : "Dice",
    score: summarised(runs, scoreIn),
    assd: summarised(runs, ({ mean }) => mean.assd),
  };
}

/** Each pair of arms, the baseline first, compared in pairs of what they share: seeds, and test cases. */
export function verdicts(pairs: readonly (readonly [baseline: ArmResult, arm: ArmResult])[]): Verdict[] {
  const found = pairs.map(([baseline, arm]) => pairedScores(baseline, arm));
  const overSeeds = found.map((one) => one.pairs);
  const tested = overSeeds.flatMap(({ tTest }, at) => (tTest === undefined ? [] : [{ at, p: tTest }]));
  const corrected = holm(tested.map(({ p }) => p));
  return pairs.map(([baseline, arm], at) => {
    const { n, mean, sd } = overSeeds[at].difference;
    const p = corrected[tested.findIndex((one) => one.at === at)];
    const comparisons = Math.max(1, tested.length); // Holm's correction asks 5 % divided by that of the first of them
    const needed = sd === undefined ? undefined : pairsNeeded({ n, mean, sd }, { comparisons });
    const decided = decision(overSeeds[at], p);
    const least = sd === undefined ? undefined : detectable({ n, sd }, { comparisons });
    const { of } = found[at];
    const known = { arm, baseline, overSeeds: overSeeds[at], needed, p, of, comparisons, found: decided, least };
    return {
      arm: arm.name,
      baseline: baseline.name,
      overSeeds: overSeeds[at],
      of,
      ...(least !== undefined && { detectable: least }),
      overCases: pairedByPatient(baseline, arm),
      ...(p !== undefined && { p }),
      seedsNeeded: needed && Number.isFinite(needed[0]) && decided !== "decided" ? needed : null,
      isClear: decided === "decided",
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
  of: Observations["of"];
  comparisons: number;
  found: Decision;
  least?: number;
}

function finding({
  arm,
  baseline,
  overSeeds: { difference },
  needed,
  p,
  of,
  comparisons,
  found,
  least,
}: Known): string {
  const { n, mean, interval } = difference;
  const none = `as good as ${baseline.title} to a tenth of a ${arm.measure} point`;
  const size = inWords(100 * mean, {
    unit: `${arm.measure} points`,
    more: `better than ${baseline.title}`,
    less: `worse than ${baseline.title}`,
    none,
  });
  if (!interval) return `${arm.title}: ${size}, with one ${of}; more ${of}s would show the spread.`;
  const ends = range(interval, (end) => signed(100 * end));
  const corrected =
    p === undefined ? "" : `, p ${chance(p)}${comparisons > 1 ? ` after Holm for ${comparisons} comparisons` : ""}`;
  const spread = `95 % interval of the difference ${ends}, ${n} ${of}s${corrected}`;
  if (found === "decided") return `${arm.title}: ${size} (${spread}).`;
  const seen = least === undefined ? "" : `; ${fixed(100 * least, 1)} points would have been seen`;
  const more = `${wouldDecide(needed, of)}${seen}`;
  if (found === "too few")
    return `${arm.title}: ${size}, but ${n} ${of}s are too few for a verdict, which takes ${fewestPairs} (${spread}); ${more}.`;
  const holdsZero = interval[0] <= 0 && interval[1] >= 0;
  const but = holdsZero
    ? `${size === none ? "" : "but that lies "}within the noise of ${n} ${of}s`
    : `but ${n} ${of}s do not decide it among ${comparisons} comparisons`;
  return `${arm.title}: ${size}, ${but} (${spread}); ${more}.`;
}

const chance = (p: number) => (p < 0.001 ? probability(p) : `= ${probability(p)}`);

/** Verdicts as plain rows, for `show`: differences in units from 0 to 1. */
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
    [`difference in ${arms[0].measure} (0 to 1)`]: overSeeds.difference.mean,
    "p (seeds, Holm)": p ?? null,
    "seeds needed": needed && (pairsInWords(needed) ?? null),
    "95 % from (volumes)": overCases.difference.interval?.[0] ?? null,
    "to (volumes)": overCases.difference.interval?.[1] ?? null,
  }));
}
