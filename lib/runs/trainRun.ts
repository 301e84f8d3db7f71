import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import { isTested } from "../methods/method.js";
import type { Config } from "../training/config/schema.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import { assess } from "./assess.js";
import { loadedCode } from "./code.js";
import { runFolder, trainingFolder } from "./folder.js";
import { otherCode, trainAnew } from "./madeBy.js";
import { after, before, isTrained } from "./pretraining.js";
import { type Run, readMetrics, settledConfig } from "./run.js";
import { holding, openingOf, prepared, type TrainRunOptions, trainAll, type Weights } from "./training.js";

export type { TrainRunOptions } from "./training.js";

/**
 * What became of a run in its folder: finished with its result (trained now, or found finished; one that pre-trains a part of a network has none), or stopped by
 * the signal after some step of its own or of its pre-training, or while it waited for another process. `otherCode` says how the code that made what was
 * found differs from today's.
 */
export type RunOutcome =
  | { run: string; trained: boolean; finished: true; metrics?: Metrics; otherCode?: string }
  | { run: string; trained: boolean; finished: false; step: number; phase?: "pretraining" };

/** Trains a run to its end and tests it, after its pre-training if that was not done before; continues what is half done, and only reports what is finished. */
export async function trainRun(config: Config, options: TrainRunOptions): Promise<RunOutcome> {
  const { runs, signal } = options;
  try {
    return await trained(config, options);
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    return { run: runFolder(runs, config, { to: "train" }), trained: false, finished: false, step: 0 };
  }
}

function trained(config: Config, given: TrainRunOptions): Promise<RunOutcome> | RunOutcome {
  const done = finishedBefore(trainingFolder(given.runs, config, openingOf(config, given)), config, given);
  if (done) return done;
  return holding(config, { others: "refuse", ...given }, async (run) => {
    const meanwhile = finishedBefore(run.folder, config, given); // by the process that was waited for
    if (meanwhile) return meanwhile;
    const options = { ...given, codes: given.codes ?? loadedCode(config) };
    const first = await before(run, options);
    if (!first.weights)
      return { run: run.folder, trained: true, finished: false, step: first.steps, phase: "pretraining" };
    return work(run, { ...options, onProgress: after(first.steps, config, options) }, first.weights);
  });
}

/** A run that is finished, which is said where other code has made it: it is only read, so that it may lie where nothing can be written. */
function finishedBefore(folder: string, config: Config, { onNote }: TrainRunOptions): RunOutcome | undefined {
  const metrics = readMetrics(folder);
  if (!metrics && (endsWithTest(config) || !isTrained({ folder, config }))) return undefined;
  const made = settledConfig(folder, config);
  if (!made) return undefined; // a Problem as soon as the run is opened
  const other = otherCode(folder, made);
  if (other !== undefined) onNote?.(`${folder}: made by other code than today's (${other}); ${trainAnew}`);
  const marked = other !== undefined && { otherCode: other };
  return { run: folder, trained: false, finished: true, ...(metrics && { metrics }), ...marked };
}

function work(run: Run, options: TrainRunOptions, weights: Weights): Promise<RunOutcome> {
  const { signal, onCase } = options;
  return prepared(run, weights, options, async (opened, trainer) => {
    try {
      const step = await trainAll(run, opened, trainer, options);
      if (step < run.config.steps) return { run: run.folder, trained: true, finished: false, step };
      if (!endsWithTest(run.config)) return { run: run.folder, trained: true, finished: true };
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

const endsWithTest = ({ method, options }: Config) => isTested(lookUp(methods, method, "method"), options);
