import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TableNumber } from "../paper/published.js";
import { divergedAt } from "../runs/diverged.js";
import { paceIn } from "../runs/pace.js";
import { readLog } from "../runs/records.js";
import { runName } from "../runs/run.js";
import { trainOrDiverge } from "../runs/trainOrDiverge.js";
import type { TrainRunOptions } from "../runs/trainRun.js";
import { pretrainingConfig } from "../training/config/config.js";
import type { Config } from "../training/config/schema.js";
import type { Progress } from "../training/loop.js";
import { type TableChoice, type TableSetting, tableArms } from "./arms.js";
import { type TableResult, tableResult } from "./result.js";

/** One training that a table needs, however many of its rows share it. */
export interface TableJob {
  /** Name of the run's folder. */
  run: string;
  /** Titles of the rows that need it. */
  rows: readonly string[];
  seed: number;
  phase: "pretraining" | "training";
  config: Config;
  /** "diverged": its loss, or that of its pre-training, became no number; it is not trained again. */
  state: "finished" | "half" | "missing" | "diverged";
  /** Steps that are done, of `steps`; where it diverged, the step at which it did. */
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
          const before = phase === "training" && first ? jobs.get(runName(first)) : undefined;
          const { state, step } =
            before?.state === "diverged" ? { state: before.state, step: 0 } : progressOf(join(runs, run), one, phase);
          const seconds = state === "diverged" ? 0 : (one.steps - step) * secondsPerStep;
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
  const end = divergedAt(folder);
  if (end !== undefined) return { state: "diverged", step: end };
  const step = readLog(folder).at(-1)?.step ?? 0;
  const isSaved = existsSync(join(folder, "checkpoints", "last.safetensors"));
  if (phase === "pretraining" && isSaved && step === steps) return { state: "finished", step };
  return { state: isSaved ? "half" : "missing", step: isSaved ? step : 0 };
}

/** How far the making of a table is. */
export interface TableProgress {
  job: TableJob;
  /** Its first row, and its seed. */
  arm: { title: string };
  seed: number;
  /** Number of the training, from 1, of `runs` that were not finished at the start. */
  run: number;
  runs: number;
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
 * A training whose loss becomes no number is told in the result and stops no other. Throws the signal's reason when it is aborted; what is done is kept.
 */
export async function reproduceTable(
  table: TableNumber,
  { signal, workers, onProgress, ...what }: TableOptions,
): Promise<TableResult> {
  const isOpen = ({ phase, state }: TableJob) => phase === "training" && (state === "missing" || state === "half");
  const open = planTable(table, what).jobs.filter(isOpen);
  for (const [index, job] of open.entries()) {
    signal?.throwIfAborted();
    const { jobs } = planTable(table, what); // anew, for the training before may have taught the pace, or that the common pre-training diverges
    if (jobs.find(({ run }) => run === job.run)?.state === "diverged") continue;
    const later = secondsAfter(jobs, job);
    const place = { job, arm: { title: job.rows[0] }, seed: job.seed, run: index + 1, runs: open.length };
    await trainOrDiverge(job.config, {
      runs: what.runs,
      signal,
      workers,
      onProgress: (progress) => onProgress?.({ ...place, progress, secondsLeft: progress.secondsLeft + later }),
    });
  }
  return tableResult(table, what);
}

/** What the jobs besides one and its pre-training will take. */
function secondsAfter(jobs: readonly TableJob[], { run, config }: TableJob): number {
  const first = pretrainingConfig(config);
  const own = [run, ...(first ? [runName(first)] : [])];
  return jobs.reduce((sum, job) => sum + (own.includes(job.run) ? 0 : job.seconds), 0);
}
