import { existsSync } from "node:fs";
import { join } from "node:path";
import { type PartialConfig, resolveConfig } from "../training/config.js";
import type { Progress } from "../training/loop.js";
import type { Config } from "../training/schema.js";
import { readRun } from "./records.js";
import { writeReport } from "./report.js";
import { runName } from "./run.js";
import { type TrainRunOptions, trainRun } from "./trainRun.js";
import { type ArmResult, sumUp, type Verdict, verdict } from "./verdict.js";

/** One line of the quick start's table: a way to train, and its runs. */
export interface Arm {
  name: string;
  title: string;
  configs: Config[];
}

/** The whole answer: the table, and what unlabelled scans add at one labelled volume. */
export interface QuickstartResult extends Verdict {
  arms: ArmResult[];
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
export function quickstartArms({
  seeds = [0, 1, 2],
  config = {},
}: Pick<QuickstartOptions, "seeds" | "config"> = {}): Arm[] {
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
        const secondsLeft = progress.secondsLeft + remaining(later, paces, progress.msPerStep);
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
  return { arms: measured, ...verdict(measured[0], measured[1]), report };
}

const isFinished = (runs: string, config: Config) => existsSync(join(runs, runName(config), "metrics.json"));

/** Seconds for runs to come; a step of the mean teacher counts as two and a half of the supervised method until one was seen. */
function remaining(configs: readonly Config[], paces: ReadonlyMap<string, number>, pace: number): number {
  return configs.reduce(
    (sum, { method, steps, batch }) =>
      sum + (steps * (paces.get(method) ?? pace * (batch.unlabeled > 0 ? 2.5 : 1))) / 1000,
    0,
  );
}
