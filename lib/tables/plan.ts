import type { TableNumber } from "../paper/published.js";
import { type Job, jobsOf } from "../runs/job.js";
import { type JobsOptions, jobFolder, runJobs, throwFailures } from "../runs/jobs.js";
import { paceIn } from "../runs/pace.js";
import { type SideBySide, sideBySide } from "../runs/sideBySide.js";
import { type RunState, runState } from "../runs/state.js";
import { timeLeft } from "../runs/timeLeft.js";
import type { Config } from "../training/config/schema.js";
import { type TableChoice, type TableSetting, tableArms } from "./arms.js";
import { type TableResult, tableResult } from "./result.js";

/** One training that a table needs, however many of its rows share it. */
export interface TableJob extends RunState {
  /** Name of the run's folder. */
  run: string;
  /** Titles of the rows that need it. */
  rows: readonly string[];
  seed: number;
  labeledSeed: number;
  phase: Job["phase"];
  config: Config;
  /** Where it or its pre-training diverged, the step at which it did; of how many steps. */
  steps: number;
  /** What the rest of the training will take, without the test, and where that is known from. */
  seconds: number;
  basis: string;
}

/** What a table would train. */
export interface TablePlan extends TableSetting, SideBySide {
  jobs: readonly TableJob[];
  /** Until all are done, tests included, so many side by side. */
  seconds: number;
}

/** Where, and how many side by side. */
type Places = Pick<JobsOptions, "runs" | "parallel" | "again">;

/** The trainings that a table needs, in their order: all rows of a seed (and draw) before the next, so that pairs are there early; each once. */
export function planTable(table: TableNumber, { runs, parallel, again, ...choice }: TableChoice & Places): TablePlan {
  const setting = tableArms(table, choice);
  const paceOf = paceIn(runs);
  const planned = new Map<Job, TableJob>();
  for (const job of jobsOf(setting.arms)) {
    const { name, config, phase, titles, needs } = job;
    const isLost = needs.some((need) => planned.get(need)?.state === "diverged");
    const { state, step } = isLost
      ? { state: "diverged" as const, step: 0 }
      : runState(jobFolder(job, runs, again), config, phase);
    const { secondsPerStep, basis } = paceOf(config);
    const seconds = state === "diverged" ? 0 : (config.steps - step) * secondsPerStep;
    const { seed, labeledSeed, steps } = config;
    planned.set(job, { run: name, rows: titles, seed, labeledSeed, phase, config, state, step, steps, seconds, basis });
  }
  const open = [...planned].filter(([, { state }]) => state === "missing" || state === "half").map(([job]) => job);
  const places = sideBySide(
    open.map(({ config }) => config),
    { parallel },
  );
  const done = new Map([...planned].map(([{ name }, { step }]) => [name, step]));
  const seconds = open.length === 0 ? 0 : timeLeft(open, { ...places, paceOf, done }).seconds();
  return { ...setting, ...places, jobs: [...planned.values()], seconds };
}

/** Where and how a table is made. */
export interface TableOptions extends TableChoice, JobsOptions {}

/**
 * Trains what a table lacks, continues what is half done, and compares. The numbers come from the runs on disk alone.
 * A training that fails, or whose loss becomes no number, is told in the result and stops no other; a Problem only where no row has any result.
 * Throws the signal's reason when it is aborted; what is done is kept.
 */
export async function reproduceTable(table: TableNumber, options: TableOptions): Promise<TableResult> {
  const { signal, workers, checkpointEvery, parallel, again, goOn, onProgress, onNote, ...what } = options;
  const failures = await runJobs(jobsOf(tableArms(table, what).arms), options);
  const result = tableResult(table, { ...what, failures });
  if (result.rows.every((row) => row.runs.length === 0)) throwFailures(failures, { diverged: true });
  return result;
}
