import { existsSync, readdirSync, rmSync } from "node:fs";
import type { Opened } from "../benchmarks/benchmark.js";
import { diskProblem } from "../disk.js";
import type { Entry } from "../engine/safetensors.js";
import type { Trainer } from "../methods/method.js";
import { Problem } from "../problem.js";
import { openBatches } from "../training/batches/batches.js";
import { batchesOf } from "../training/batches/ofConfig.js";
import type { Config } from "../training/config/schema.js";
import { validate } from "../training/evaluation/evaluate.js";
import { predictorOf } from "../training/evaluation/predict.js";
import { type Progress, train } from "../training/loop.js";
import type { Waiting } from "./claim.js";
import { type Code, codeOf } from "./code.js";
import { environment } from "./environment.js";
import { otherCode, recordCode } from "./madeBy.js";
import { readLog } from "./records.js";
import { type Held, type Opening, openRunWhenFree, type Run } from "./run.js";
import { createTrainer, openData, startEngineFor, startOf } from "./workplace.js";

/** Where and how a run is trained; nothing here changes its result. */
export interface TrainRunOptions {
  /** Folder of runs. */
  runs: string;
  /** Steps between two checkpoints. */
  checkpointEvery?: number;
  /** Steps between two checkpoints that are kept (checkpoints/step-N.safetensors), of the training that is begun or continued here; none unless told. */
  keepEvery?: number;
  /** Threads that prepare batches. */
  workers?: number;
  /** Stops after the step it is in; what is done is saved. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Called after each scored test case. */
  onCase?: (done: number, cases: number) => void;
  /** CPU threads of a run that is begun here, unless ARCO_THREADS says otherwise; one that was begun before keeps its own. */
  threads?: number;
  /** How many trainings run side by side, which is recorded with the run. */
  sideBySide?: number;
  /**
   * Trains anew beside what was made before: "otherCode" what other code than today's has made, true what is finished by today's code, too.
   * What was begun so and not finished is continued.
   */
  again?: boolean | "otherCode";
  /** Continues what other code has trained half, which is a Problem otherwise. */
  goOn?: boolean;
  /** The code of each training, as this process has loaded it; taken when the first of them begins unless told otherwise. */
  codes?: (config: Config) => Code;
  /** Told what a person should know, such as that a result was made by other code. */
  onNote?: (words: string) => void;
  /** What is done while another process trains this very run: to "refuse" is a Problem. A pre-training is always waited for. */
  others?: Waiting["others"];
  /** Told of each process that is waited for. */
  onWait?: (words: string) => void;
  /** The run's folder where this process has claimed it already. */
  held?: Held;
}

/** Arrays of weights by their path. */
export type Weights = Readonly<Record<string, Entry>>;

/** Which folder a run is opened in. */
export const openingOf = (config: Config, { again, codes = codeOf }: TrainRunOptions): Opening => ({
  again: again === true ? "any" : again || undefined,
  code: codes(config),
});

/** Opens a run for this process alone, does something with it and gives it back. */
export async function holding<T>(config: Config, options: TrainRunOptions, act: (run: Run) => Promise<T>): Promise<T> {
  const { runs, others, onWait, signal, held } = options;
  const run = await openRunWhenFree(runs, config, { others, onWait, signal, held, ...openingOf(config, options) });
  try {
    return await act(run);
  } catch (error) {
    throw diskProblem(run.folder, error);
  } finally {
    run.close();
  }
}

/** Does something with a run's data and its trainer, as at step 0, from given weights; where those are none, from the ones that its config names, or random ones. */
export async function prepared<T>(
  run: Run,
  weights: Weights,
  { threads, sideBySide, goOn = false, codes = codeOf, onNote }: TrainRunOptions,
  act: (opened: Opened, trainer: Trainer) => Promise<T>,
): Promise<T> {
  removeLeftovers(run);
  const code = codes(run.config);
  const step = existsSync(run.checkpoint("last")) ? (readLog(run.folder).at(-1)?.step ?? 0) : 0;
  const other = step > 0 ? otherCode(run.folder, run.config, code) : undefined;
  if (other !== undefined && !goOn)
    throw new Problem(
      `${run.folder}: step ${step} of ${run.config.steps} by other code (${other}); --again (again: true) begins anew beside it, --go-on (goOn: true) continues it with today's code`,
    );
  const engine = await startEngineFor(run.folder, run.environments()[0], threads);
  const opened = await openData(run.config);
  for (const words of opened.notes) onNote?.(words);
  if (run.config.checkpoint === "bestVal" && opened.validation.ids.length === 0)
    throw new Problem(
      `${run.config.benchmark}: has no validation cases to choose the best weights by; set checkpoint to "last"`,
    );
  recordCode(run.folder, code, step);
  run.addEnvironment(environment(engine, { sideBySide }));
  const start = Object.keys(weights).length > 0 ? weights : step > 0 ? undefined : startOf(run.config, opened);
  const trainer = createTrainer(run.config, opened, start);
  try {
    return await act(opened, trainer);
  } finally {
    trainer.dispose();
  }
}

/** Trains from where the run stands up to its end or the signal; gives the last finished step. */
export async function trainAll(
  run: Run,
  opened: Opened,
  trainer: Trainer,
  { checkpointEvery, keepEvery, workers, signal, onProgress }: TrainRunOptions,
): Promise<number> {
  const hasValidation = opened.validation.ids.length > 0;
  const batches = await openBatches(opened, { ...batchesOf(run.config), workers });
  const started = performance.now();
  let first: number | undefined;
  let last = 0;
  let peak = 0;
  try {
    const training = {
      journal: run,
      trainer,
      batches,
      signal,
      checkpointEvery,
      keepEvery,
      validate: hasValidation && trainer.predict ? () => validate(predictorOf(trainer), opened) : undefined,
    };
    for await (const progress of train(training)) {
      last = progress.step;
      first ??= last - 1;
      peak = Math.max(peak, process.memoryUsage.rss());
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
        peakRssMiB: Math.round(peak / 2 ** 20),
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
