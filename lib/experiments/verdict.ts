import { type Paired, paired } from "../statistics/paired.js";
import { seedsNeeded } from "../statistics/seedsNeeded.js";
import { type Summary, summary } from "../statistics/summary.js";
import type { Metrics } from "../training/metrics.js";

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

/** What unlabelled scans add, and how sure that is. */
export interface Verdict {
  /** Mean teacher minus supervised, in pairs of the same seed (same first weights, same labelled batches). */
  overSeeds: Paired;
  /** The same in pairs of the same test volume, each the mean over the seeds. */
  overCases: Paired;
  /** Seeds that a verdict at the observed difference and spread would take (5 %, power 80 %); null where no number would do. */
  seedsNeeded: number | null;
  /** Whether the interval over the seeds leaves out zero. */
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

/** Second arm against first, pair by pair. */
export function verdict(first: ArmResult, second: ArmResult): Verdict {
  const perSeed = (arm: ArmResult) => arm.runs.map(({ metrics }) => metrics.mean.dice);
  const overSeeds = paired(perSeed(first), perSeed(second));
  const overCases = paired(perCase(first), perCase(second));
  const { mean, sd, interval } = overSeeds.difference;
  const needed = sd === undefined ? Number.POSITIVE_INFINITY : seedsNeeded({ mean, sd });
  const isClear = interval !== undefined && (interval[0] > 0 || interval[1] < 0);
  return {
    overSeeds,
    overCases,
    seedsNeeded: Number.isFinite(needed) ? needed : null,
    isClear,
    finding: finding(overSeeds, isClear, needed),
  };
}

/** Mean Dice over classes and seeds of every test case. */
function perCase({ runs }: ArmResult): number[] {
  const dice = ({ metrics }: ArmResult["runs"][number]) =>
    metrics.cases.map(({ scores }) => average(scores.map((one) => one.dice)));
  const perRun = runs.map(dice);
  return perRun[0].map((_, i) => average(perRun.map((values) => values[i])));
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function finding({ difference: { n, mean, interval } }: Paired, isClear: boolean, needed: number): string {
  const size = `${Math.abs(100 * mean).toFixed(1)} Dice points ${mean < 0 ? "worse" : "better"}`;
  if (!interval)
    return `With 59 unlabelled volumes beside the labelled one the result is ${size}, with one seed; more seeds would show the spread.`;
  const range = `95 % interval of the difference ${interval.map((end) => (100 * end).toFixed(1)).join(" to ")}, ${n} seeds`;
  if (isClear) return `With 59 unlabelled volumes beside the labelled one the result is ${size} (${range}).`;
  const more = Number.isFinite(needed) ? `about ${needed} seeds would decide` : "no number of seeds would decide";
  return `With 59 unlabelled volumes beside the labelled one the result is ${size}, but that lies within the noise of ${n} seeds (${range}); at this difference and spread ${more}.`;
}
