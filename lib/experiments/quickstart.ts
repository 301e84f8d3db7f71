import { join } from "node:path";
import { type Paired, paired } from "../statistics/paired.js";
import { seedsNeeded } from "../statistics/seedsNeeded.js";
import { type Summary, summary } from "../statistics/summary.js";
import { type PartialConfig, resolveConfig } from "../training/config.js";
import type { Progress } from "../training/loop.js";
import type { Metrics } from "../training/metrics.js";
import type { Config } from "../training/schema.js";
import { type TrainRunOptions, trainRun } from "./trainRun.js";
import { writeReport } from "./report.js";

/** One line of the quick start's table: a way to train, and its runs. */
export interface Arm {
  name: string;
  title: string;
  configs: Config[];
}

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

/** The whole answer: the table, and what unlabelled scans add at one labelled volume. */
export interface QuickstartResult {
  arms: ArmResult[];
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
  report: string;
}

/** How far the whole is: which run of how many, and the time that is left for all of them. */
export interface QuickstartProgress {
  arm: Arm;
  seed: number;
  run: number;
  runs: number;
  progress: Progress;
  secondsLeft: number;
}

/** What to compare and where; the defaults are the lab's main job. */
export interface QuickstartOptions extends Pick<TrainRunOptions, "runs" | "signal" | "workers"> {
  seeds?: readonly number[];
  /** Overrides of every config, as in `{ steps: 50 }`. */
  config?: PartialConfig;
  onProgress?: (progress: QuickstartProgress) => void;
}

/** Three ways to train on the hippocampus sample: one labelled volume; the same with 59 unlabelled ones; all 60 labelled. */
export function quickstartArms({ seeds = [0, 1, 2], config = {} }: Pick<QuickstartOptions, "seeds" | "config"> = {}): Arm[] {
  const common: PartialConfig = { benchmark: "hippocampus", preset: "mini", ...config };
  const arm = (name: string, title: string, given: PartialConfig, of: readonly number[]): Arm => ({
    name,
    title,
    configs: of.map((seed) => resolveConfig({ ...common, ...given, seed })),
  });
  return [
    arm("supervised-1", "supervised, 1 labelled volume", { method: "supervised", labeled: 1 }, seeds),
    arm("meanTeacher-1", "mean teacher, 1 labelled + 59 unlabelled", { method: "meanTeacher", labeled: 1 }, seeds),
    arm("supervised-60", "supervised, all 60 labelled", { method: "supervised", labeled: 60 }, seeds.slice(0, 1)),
  ];
}

/**
 * Trains what is missing of the quick start, continues what is half done, and compares. The numbers come from the runs on disk alone.
 * Throws the signal's reason when it is aborted; what is done is kept.
 */
export async function quickstart({ runs, signal, workers, onProgress, ...what }: QuickstartOptions): Promise<QuickstartResult> {
  const arms = quickstartArms(what);
  const jobs = arms.flatMap((arm) => arm.configs.map((config) => ({ arm, config })));
  const paces = new Map<string, number>();
  const results = new Map<Arm, ArmResult["runs"]>(arms.map((arm) => [arm, []]));
  for (const [index, { arm, config }] of jobs.entries()) {
    signal?.throwIfAborted();
    const later = jobs.slice(index + 1).map((job) => job.config);
    const outcome = await trainRun(config, {
      runs,
      signal,
      workers,
      onProgress(progress) {
        paces.set(config.method, progress.msPerStep);
        const secondsLeft = progress.secondsLeft + remaining(later, paces, progress.msPerStep);
        onProgress?.({ arm, seed: config.seed, run: index + 1, runs: jobs.length, progress, secondsLeft });
      },
    });
    if (!outcome.finished) throw signal?.reason;
    results.get(arm)?.push({ folder: outcome.run, seed: config.seed, metrics: outcome.metrics });
  }
  const measured = arms.map((arm) => sumUp(arm, results.get(arm) ?? []));
  const report = join(runs, "report.html");
  await writeReport(runs, report);
  return { arms: measured, ...compare(measured[0], measured[1]), report };
}

/** Seconds for runs to come; a step of a method that was not seen yet counts as one of the method at work, double where it has twice the images. */
function remaining(configs: readonly Config[], paces: ReadonlyMap<string, number>, pace: number): number {
  return configs.reduce((sum, { method, steps, batch }) => sum + (steps * (paces.get(method) ?? pace * (batch.unlabeled > 0 ? 2.5 : 1))) / 1000, 0);
}

function sumUp({ name, title, configs }: Arm, runs: ArmResult["runs"]): ArmResult {
  const distances = runs.map(({ metrics }) => metrics.mean.assd).filter((value): value is number => value !== null);
  return { name, title, labeled: configs[0].labeled, runs, dice: summary(runs.map(({ metrics }) => metrics.mean.dice)), assd: summary(distances) };
}

/** Second arm against first, pair by pair. */
function compare(first: ArmResult, second: ArmResult): Omit<QuickstartResult, "arms" | "report"> {
  const perSeed = (arm: ArmResult) => arm.runs.map(({ metrics }) => metrics.mean.dice);
  const overSeeds = paired(perSeed(first), perSeed(second));
  const overCases = paired(perCase(first), perCase(second));
  const { mean, sd, interval } = overSeeds.difference;
  const needed = sd === undefined ? Number.POSITIVE_INFINITY : seedsNeeded({ mean, sd });
  const isClear = interval !== undefined && (interval[0] > 0 || interval[1] < 0);
  return { overSeeds, overCases, seedsNeeded: Number.isFinite(needed) ? needed : null, isClear, finding: finding(overSeeds, isClear, needed) };
}

/** Mean Dice over classes and seeds of every test case. */
function perCase({ runs }: ArmResult): number[] {
  const dice = ({ metrics }: ArmResult["runs"][number]) => metrics.cases.map(({ scores }) => average(scores.map((one) => one.dice)));
  const perRun = runs.map(dice);
  return perRun[0].map((_, i) => average(perRun.map((values) => values[i])));
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function finding({ difference: { n, mean, interval } }: Paired, isClear: boolean, needed: number): string {
  const size = `${Math.abs(100 * mean).toFixed(1)} Dice points ${mean < 0 ? "worse" : "better"}`;
  if (!interval) return `With 59 unlabelled volumes beside the labelled one the result is ${size}, with one seed; more seeds would show the spread.`;
  const range = `95 % interval of the difference ${interval.map((end) => (100 * end).toFixed(1)).join(" to ")}, ${n} seeds`;
  if (isClear) return `With 59 unlabelled volumes beside the labelled one the result is ${size} (${range}).`;
  const more = Number.isFinite(needed) ? `about ${needed} seeds would decide` : "no number of seeds would decide";
  return `With 59 unlabelled volumes beside the labelled one the result is ${size}, but that lies within the noise of ${n} seeds (${range}); at this difference and spread ${more}.`;
}
