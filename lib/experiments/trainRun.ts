import { readdirSync, rmSync } from "node:fs";
import type { Opened } from "../benchmarks/benchmark.js";
import { diskProblem } from "../disk.js";
import type { Trainer } from "../methods/method.js";
import { Problem } from "../problem.js";
import { openBatches } from "../training/batches.js";
import { validate } from "../training/evaluate.js";
import { type Progress, train } from "../training/loop.js";
import type { Metrics } from "../training/metrics.js";
import type { Config } from "../training/schema.js";
import { assess } from "./assess.js";
import { environment } from "./environment.js";
import { readLog } from "./records.js";
import { openRun, type Run } from "./run.js";
import { createTrainer, openData, startEngineFor } from "./workplace.js";

/** Where and how a run is trained; nothing here changes its result. */
export interface TrainRunOptions {
  /** Folder of runs. */
  runs: string;
  /** Steps between two checkpoints. */
  checkpointEvery?: number;
  /** Threads that prepare batches. */
  workers?: number;
  /** Stops after the step it is in; what is done is saved. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Called after each scored test case. */
  onCase?: (done: number, cases: number) => void;
}

/** What became of a run in its folder: finished with its result (trained now, or found finished), or stopped by the signal after some step. */
export type Outcome =
  | { run: string; trained: boolean; finished: true; metrics: Metrics }
  | { run: string; trained: true; finished: false; step: number };

/** Trains a run to its end and tests it; continues what is half done, and only reports what is finished. */
export async function trainRun(config: Config, options: TrainRunOptions): Promise<Outcome> {
  const run = openRun(options.runs, config);
  try {
    const metrics = run.readMetrics();
    return metrics ? { run: run.folder, trained: false, finished: true, metrics } : await work(run, options);
  } catch (error) {
    throw diskProblem(run.folder, error);
  } finally {
    run.close();
  }
}

async function work(run: Run, options: TrainRunOptions): Promise<Outcome> {
  const { signal, onCase } = options;
  removeLeftovers(run);
  const engine = await startEngineFor(run.folder, run.environments()[0]);
  const opened = await openData(run.config);
  if (run.config.checkpoint === "bestVal" && opened.validation.ids.length === 0)
    throw new Problem(
      `${run.config.benchmark}: has no validation cases to choose the best weights by; set checkpoint to "last"`,
    );
  run.addEnvironment(environment(engine));
  const trainer = createTrainer(run.config, opened);
  try {
    const step = await trainAll(run, opened, trainer, options);
    if (step < run.config.steps) return { run: run.folder, trained: true, finished: false, step };
    const cases = opened.test.ids.length;
    const metrics = await assess(run, opened, trainer, {
      keep: true,
      signal,
      onCase: (_, __, done) => onCase?.(done, cases),
    });
    run.writeMetrics(metrics);
    return { run: run.folder, trained: true, finished: true, metrics };
  } catch (error) {
    if (signal?.aborted && error === signal.reason)
      return { run: run.folder, trained: true, finished: false, step: run.config.steps };
    throw error;
  } finally {
    trainer.dispose();
  }
}

/** Trains from where the run stands up to its end or the signal; gives the last finished step. */
async function trainAll(
  run: Run,
  opened: Opened,
  trainer: Trainer,
  { checkpointEvery, workers, signal, onProgress }: TrainRunOptions,
): Promise<number> {
  const { seed, batch, augmentation } = run.config;
  const hasValidation = opened.validation.ids.length > 0;
  const batches = await openBatches(opened, { seed, ...batch, augmentation, workers });
  const started = performance.now();
  let first: number | undefined;
  let last = 0;
  try {
    const training = {
      journal: run,
      trainer,
      batches,
      signal,
      checkpointEvery,
      validate: hasValidation ? () => validate(trainer, opened) : undefined,
    };
    for await (const progress of train(training)) {
      last = progress.step;
      first ??= last - 1;
      onProgress?.(progress);
    }
  } finally {
    const milliseconds = performance.now() - started;
    if (first !== undefined)
      run.addSession({
        fromStep: first,
        toStep: last,
        trainSeconds: milliseconds / 1000,
        waitedPercent: (100 * batches.waitedMs) / milliseconds,
      });
    await batches.close();
  }
  return readLog(run.folder).at(-1)?.step ?? 0; // the log ends where the last checkpoint was saved
}

/** Half-written files of a process that was killed. */
function removeLeftovers(run: Run): void {
  for (const [folder, whole] of Object.entries({ checkpoints: ".safetensors", predictions: ".nii.gz" }))
    for (const name of readdirSync(run.path(folder))) if (!name.endsWith(whole)) rmSync(run.path(folder, name));
}
