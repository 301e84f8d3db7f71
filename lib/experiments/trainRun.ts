import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename } from "node:path";
import type { Opened } from "../benchmarks/benchmark.js";
import { diskProblem } from "../disk.js";
import { decodeSafetensors, type Entry } from "../engine/safetensors.js";
import type { Trainer } from "../methods/method.js";
import { Problem } from "../problem.js";
import { openBatches } from "../training/batches.js";
import { pretrainingConfig } from "../training/config.js";
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

/** What became of a run in its folder: finished with its result (trained now, or found finished), or stopped by the signal after some step of its own or of its pre-training. */
export type Outcome =
  | { run: string; trained: boolean; finished: true; metrics: Metrics }
  | { run: string; trained: true; finished: false; step: number; phase?: "pretraining" };

/** Trains a run to its end and tests it, after its pre-training if that was not done before; continues what is half done, and only reports what is finished. */
export async function trainRun(config: Config, options: TrainRunOptions): Promise<Outcome> {
  return holding(config, options, async (run) => {
    const metrics = run.readMetrics();
    if (metrics) return { run: run.folder, trained: false, finished: true, metrics };
    const phase = await firstPhase(run, options);
    if (phase.weights === undefined)
      return { run: run.folder, trained: true, finished: false, step: phase.steps, phase: "pretraining" };
    const whole = phase.steps + config.steps;
    const onProgress = (progress: Progress) =>
      options.onProgress?.({ ...progress, step: phase.steps + progress.step, steps: whole });
    return work(run, { ...options, onProgress }, phase.weights);
  });
}

/** Opens a run for this process alone, does something with it and gives it back. */
async function holding<T>(config: Config, { runs }: TrainRunOptions, act: (run: Run) => Promise<T>): Promise<T> {
  const run = openRun(runs, config);
  try {
    return await act(run);
  } catch (error) {
    throw diskProblem(run.folder, error);
  } finally {
    run.close();
  }
}

type Weights = Readonly<Record<string, Entry>>;

/** The weights a run starts from (none where it has no pre-training, or goes on from a checkpoint of its own), trained now if need be; undefined when the signal stopped that, after `steps`. */
async function firstPhase(run: Run, options: TrainRunOptions): Promise<{ steps: number; weights?: Weights }> {
  const config = pretrainingConfig(run.config);
  if (!config) return { steps: 0, weights: {} };
  const { steps } = config;
  if (existsSync(run.checkpoint("last"))) return { steps, weights: {} };
  const before = await holding(config, options, async (first) => {
    const onProgress = (progress: Progress) => {
      const secondsLeft = progress.secondsLeft + (run.config.steps * progress.msPerStep) / 1000;
      options.onProgress?.({ ...progress, steps: steps + run.config.steps, secondsLeft });
    };
    const done = await trainOnly(first, { ...options, onProgress });
    return { done, name: basename(first.folder), last: done < steps ? undefined : lastWeights(first) };
  });
  if (!before.last) return { steps: before.done };
  run.startedFrom({ run: before.name, sha256: before.last.sha256 });
  return { steps, weights: before.last.weights };
}

/** The weights that a pre-training ended with. Throws a Problem when they are not those of its end any more: runs that share it must start from the same. */
function lastWeights(run: Run): { sha256: string; weights: Weights } {
  const path = run.checkpoint("last");
  const bytes = readFileSync(path);
  const { entries: weights } = decodeSafetensors(bytes, path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const expected = run.endedWith();
  if (expected === undefined) run.endsWith(sha256);
  else if (sha256 !== expected)
    throw new Problem(
      `${path}: found sha256 ${sha256.slice(0, 10)}, expected ${expected.slice(0, 10)}, the weights that this pre-training ended with; put them back, or move ${run.folder} away to pre-train anew`,
    );
  return { sha256, weights };
}

/** Trains a run to its end without testing it; gives the last finished step. */
async function trainOnly(run: Run, options: TrainRunOptions): Promise<number> {
  if (isTrained(run)) return run.config.steps;
  return prepared(run, undefined, (opened, trainer) => trainAll(run, opened, trainer, options));
}

const isTrained = (run: Run) =>
  existsSync(run.checkpoint("last")) &&
  Number(decodeSafetensors(readFileSync(run.checkpoint("last")), run.checkpoint("last")).metadata.step) ===
    run.config.steps;

/** Does something with a run's data and trainer. */
async function prepared<T>(
  run: Run,
  start: Weights | undefined,
  act: (opened: Opened, trainer: Trainer) => Promise<T>,
): Promise<T> {
  removeLeftovers(run);
  const engine = await startEngineFor(run.folder, run.environments()[0]);
  const opened = await openData(run.config);
  if (run.config.checkpoint === "bestVal" && opened.validation.ids.length === 0)
    throw new Problem(
      `${run.config.benchmark}: has no validation cases to choose the best weights by; set checkpoint to "last"`,
    );
  run.addEnvironment(environment(engine));
  const trainer = createTrainer(run.config, opened, start);
  try {
    return await act(opened, trainer);
  } finally {
    trainer.dispose();
  }
}

function work(run: Run, options: TrainRunOptions, weights: Weights): Promise<Outcome> {
  const { signal, onCase } = options;
  const start = Object.keys(weights).length > 0 ? weights : undefined;
  return prepared(run, start, async (opened, trainer) => {
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
    }
  });
}

/** Trains from where the run stands up to its end or the signal; gives the last finished step. */
async function trainAll(
  run: Run,
  opened: Opened,
  trainer: Trainer,
  { checkpointEvery, workers, signal, onProgress }: TrainRunOptions,
): Promise<number> {
  const { seed, batch, draw, augmentation } = run.config;
  const hasValidation = opened.validation.ids.length > 0;
  const batches = await openBatches(opened, { seed, ...batch, draw, augmentation, workers });
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
