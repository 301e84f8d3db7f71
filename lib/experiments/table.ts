import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TableNumber } from "../paper/published.js";
import { pretrainingConfig } from "../training/config.js";
import type { Progress } from "../training/loop.js";
import type { Config } from "../training/schema.js";
import { paceIn } from "./pace.js";
import { readLog } from "./records.js";
import { runName } from "./run.js";
import { type TableChoice, type TableSetting, tableArms } from "./tableArms.js";
import { type TableResult, tableResult } from "./tableResult.js";
import { type TrainRunOptions, trainRun } from "./trainRun.js";

/** One training that a table needs, however many of its rows share it. */
export interface TableJob {
  /** Name of the run's folder. */
  run: string;
  /** Titles of the rows that need it. */
  rows: readonly string[];
  seed: number;
  phase: "pretraining" | "training";
  config: Config;
  state: "finished" | "half" | "missing";
  /** Steps that are done, of `steps`. */
  step: number;
  steps: number;
  /** What the rest of the training will take, without the test, and where that is known from. */
  seconds: number;
  basis: string;
}

/** What a table would train. */
export interface TablePlan extends TableSetting {
  jobs: readonly TableJob[];
  /** Of all jobs that are not finished, one after the other. */
  seconds: number;
}

/** The trainings that a table needs, in their order: all rows of a seed before the next seed, so that pairs are there early; each once. */
export function planTable(table: TableNumber, { runs, ...choice }: TableChoice & { runs: string }): TablePlan {
  const setting = tableArms(table, choice);
  const paceOf = paceIn(runs);
  const jobs = new Map<string, TableJob & { rows: string[] }>();
  for (const [at] of setting.seeds.entries())
    for (const { title, configs } of setting.arms) {
      const config = configs[at];
      if (!config) continue;
      const first = pretrainingConfig(config);
      for (const [phase, one] of [
        ["pretraining", first],
        ["training", config],
      ] as const) {
        if (!one) continue;
        const run = runName(one);
        const known = jobs.get(run);
        if (known) known.rows.push(title);
        else {
          const { secondsPerStep, basis } = paceOf(one);
          const { state, step } = progressOf(join(runs, run), one, phase);
          const seconds = (one.steps - step) * secondsPerStep;
          jobs.set(run, {
            run,
            rows: [title],
            seed: one.seed,
            phase,
            config: one,
            state,
            step,
            steps: one.steps,
            seconds,
            basis,
          });
        }
      }
    }
  const list = [...jobs.values()];
  return { ...setting, jobs: list, seconds: list.reduce((sum, { seconds }) => sum + seconds, 0) };
}

/** How far a run is. A pre-training has no result of its own: it is finished when its last step is saved. */
function progressOf(folder: string, { steps }: Config, phase: TableJob["phase"]): Pick<TableJob, "state" | "step"> {
  if (existsSync(join(folder, "metrics.json"))) return { state: "finished", step: steps };
  const step = existsSync(folder) ? (readLog(folder).at(-1)?.step ?? 0) : 0;
  const isSaved = existsSync(join(folder, "checkpoints", "last.safetensors"));
  if (phase === "pretraining" && isSaved && step === steps) return { state: "finished", step };
  return { state: isSaved ? "half" : "missing", step: isSaved ? step : 0 };
}

/** How far the making of a table is. */
export interface TableProgress {
  job: TableJob;
  /** Number of the training, from 1, of `jobs` that were not finished at the start. */
  at: number;
  jobs: number;
  progress: Progress;
  /** For all of them. */
  secondsLeft: number;
}

/** Where and how a table is made. */
export interface TableOptions extends TableChoice, Pick<TrainRunOptions, "runs" | "signal" | "workers"> {
  onProgress?: (progress: TableProgress) => void;
}

/**
 * Trains what a table lacks, continues what is half done, and compares. The numbers come from the runs on disk alone.
 * Throws the signal's reason when it is aborted; what is done is kept.
 */
export async function reproduceTable(
  table: TableNumber,
  { signal, workers, onProgress, ...what }: TableOptions,
): Promise<TableResult> {
  const open = planTable(table, what).jobs.filter(({ phase, state }) => phase === "training" && state !== "finished");
  for (const [index, job] of open.entries()) {
    signal?.throwIfAborted();
    const later = secondsAfter(planTable(table, what).jobs, job);
    const outcome = await trainRun(job.config, {
      runs: what.runs,
      signal,
      workers,
      onProgress: (progress) =>
        onProgress?.({ job, at: index + 1, jobs: open.length, progress, secondsLeft: progress.secondsLeft + later }),
    });
    if (!outcome.finished) throw signal?.reason;
  }
  return tableResult(table, what);
}

/** What the jobs besides one and its pre-training will take; planned anew before every training, so that what was measured meanwhile counts. */
function secondsAfter(jobs: readonly TableJob[], { run, config }: TableJob): number {
  const first = pretrainingConfig(config);
  const own = [run, ...(first ? [runName(first)] : [])];
  return jobs.reduce((sum, job) => sum + (own.includes(job.run) ? 0 : job.seconds), 0);
}
