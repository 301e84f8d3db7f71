import { join } from "node:path";
import { choose } from "../choose.js";
import { Problem } from "../problem.js";
import { readRun } from "../runs/records.js";
import { isFinished } from "../runs/run.js";
import { type TrainRunOptions, trainRun } from "../runs/trainRun.js";
import { type PartialConfig, resolveConfig } from "../training/config/config.js";
import type { Config } from "../training/config/schema.js";
import type { Progress } from "../training/loop.js";
import { writeReport } from "./report.js";
import { type ArmResult, sumUp, type Verdict, verdicts } from "./verdict.js";

/** One line of the quick start's table: a way to train, and its runs. */
export interface Arm {
  name: string;
  title: string;
  configs: Config[];
}

/** The whole answer: the table, what unlabelled scans add at one labelled volume, and what the samplers differ by. */
export interface QuickstartResult {
  arms: ArmResult[];
  verdicts: Verdict[];
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

/** Ways to train on the hippocampus sample: one labelled volume; the same with 59 unlabelled ones by a mean teacher and by ARCO with each sampler; all 60 labelled. Throws a Problem where there is no seed. */
export function quickstartArms({ seeds = [0], config = {} }: Pick<QuickstartOptions, "seeds" | "config"> = {}): Arm[] {
  if (seeds.length === 0) throw new Problem("seeds: found none, expected at least one, such as [0]");
  const common: PartialConfig = { benchmark: "hippocampus", preset: "mini", ...config };
  const arm = (name: string, title: string, given: PartialConfig, of: readonly number[]): Arm => ({
    name,
    title,
    configs: of.map((seed) => resolveConfig({ ...common, ...given, seed })),
  });
  const arco = (sampler: "ns" | "sg" | "sag") =>
    arm(
      `arco-${sampler}-1`,
      `ARCO-${sampler.toUpperCase()}, 1 labelled + 59 unlabelled`,
      { method: "arco", labeled: 1, options: { sampler } },
      seeds,
    );
  return [
    arm("supervised-1", "supervised, 1 labelled volume", { method: "supervised", labeled: 1 }, seeds),
    arm("meanTeacher-1", "mean teacher, 1 labelled + 59 unlabelled", { method: "meanTeacher", labeled: 1 }, seeds),
    arco("ns"),
    arco("sg"),
    arco("sag"),
    arm("supervised-60", "supervised, all 60 labelled", { method: "supervised", labeled: 60 }, seeds.slice(0, 1)),
  ];
}

/** Which arms are compared: what unlabelled scans add, and what stratified draws change. */
const compared = [
  ["supervised-1", "meanTeacher-1"],
  ["supervised-1", "arco-sg-1"],
  ["arco-ns-1", "arco-sg-1"],
  ["arco-ns-1", "arco-sag-1"],
] as const;

/**
 * Trains what is missing of the quick start, continues what is half done, and compares. The numbers come from the runs on disk alone.
 * Throws the signal's reason when it is aborted; what is done is kept.
 */
export async function quickstart({
  runs,
  signal,
  workers,
  onProgress,
  ...what
}: QuickstartOptions): Promise<QuickstartResult> {
  const arms = quickstartArms(what);
  const jobs = arms.flatMap((arm) => arm.configs.map((config) => ({ arm, config })));
  const paces = new Map<string, number>();
  const results = new Map<Arm, ArmResult["runs"]>(arms.map((arm) => [arm, []]));
  for (const [index, { arm, config }] of jobs.entries()) {
    signal?.throwIfAborted();
    const later = jobs.slice(index + 1).flatMap((job) => (isFinished(runs, job.config) ? [] : [job.config]));
    const outcome = await trainRun(config, {
      runs,
      signal,
      workers,
      onProgress(progress) {
        paces.set(config.method, progress.msPerStep);
        const secondsLeft = progress.secondsLeft + remaining(later, paces);
        onProgress?.({ arm, seed: config.seed, run: index + 1, runs: jobs.length, progress, secondsLeft });
      },
    });
    if (!outcome.finished) throw signal?.reason;
    results.get(arm)?.push({ folder: outcome.run, seed: config.seed, metrics: outcome.metrics });
  }
  const measured = arms.map((arm) => sumUp({ ...arm, labeled: arm.configs[0].labeled }, results.get(arm) ?? []));
  const report = join(runs, "report.html");
  await writeReport(
    measured.flatMap((arm) => arm.runs.map(({ folder }) => readRun(folder))),
    report,
  );
  const named = (name: string) => choose(Object.fromEntries(measured.map((arm) => [arm.name, arm])), name, "arm");
  return {
    arms: measured,
    verdicts: verdicts(compared.map(([first, second]) => [named(first), named(second)])),
    report,
  };
}

/** Steps of methods not seen yet, in steps of the supervised one. */
const cost: Record<string, number> = { supervised: 1, meanTeacher: 2.5, arco: 4.5 };

/** Seconds for runs to come, at the pace of their method where that was seen. */
function remaining(configs: readonly Config[], paces: ReadonlyMap<string, number>): number {
  const [seen, pace] = [...paces][0];
  const unit = pace / (cost[seen] ?? 1);
  return configs.reduce(
    (sum, { method, steps }) => sum + (steps * (paces.get(method) ?? unit * (cost[method] ?? 1))) / 1000,
    0,
  );
}
