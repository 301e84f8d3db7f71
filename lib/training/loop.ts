import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import * as tf from "../engine/tf.js";
import type { Batch, Trainer } from "../methods/method.js";
import { rateAt } from "../optimizers/schedule.js";
import { Problem } from "../problem.js";
import type { Batches, RawBatch } from "./batches/batches.js";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.js";
import type { Journal } from "./journal.js";

/** Mean Dice of the validation cases, and that of each class; of photographs the mIoU too, which then chooses the best weights. */
export interface Validation {
  dice: number;
  perClass: number[];
  /** Mean Dice of the classes in each case, by its id; absent of photographs, which are scored together. */
  perCase?: Record<string, number>;
  miou?: number;
}

/** Where a training stands after a step. */
export interface Progress {
  /** Finished steps, of `steps`. */
  step: number;
  steps: number;
  /** The terms of the loss, "loss" first. */
  terms: Record<string, number>;
  rate: number;
  /** Median of the last steps, and the time the rest will take at that pace. */
  msPerStep: number;
  secondsLeft: number;
  validation?: Validation;
}

/** What the loop works with. */
export interface LoopParts {
  journal: Journal;
  trainer: Trainer;
  batches: Batches;
  /** Scores the validation cases; absent where there are none. */
  validate?: () => Promise<Validation>;
  /** Ends the training after the step it is in; the checkpoint is saved. */
  signal?: AbortSignal;
  /** Steps between two checkpoints (and two rows of the log: every tenth of that at most). */
  checkpointEvery?: number;
  /** Steps between two checkpoints that are kept to the end, for what is asked of a training later; none unless told. */
  keepEvery?: number;
}

/**
 * Trains up to `config.steps`, from the last checkpoint if there is one, and yields after every step.
 * Whatever stops it, the same call continues with the same numbers: batches, masks and noise follow from the seed and the step alone,
 * and the log is cut back to the checkpoint's.
 */
export async function* train({
  journal,
  trainer,
  batches,
  validate,
  signal,
  checkpointEvery = 100,
  keepEvery = Number.POSITIVE_INFINITY,
}: LoopParts): AsyncGenerator<Progress> {
  const { steps, optimizer, validateEvery } = journal.config;
  let { step, best } = resume(journal, trainer);
  let saved = step;
  const times: number[] = [];
  const save = async () => {
    await saveCheckpoint(journal.checkpoint("last"), trainer.variables, {
      step: String(step),
      best: String(best),
      logBytes: String(journal.syncLog()),
    });
    saved = step;
  };
  while (step < steps && !signal?.aborted) {
    const started = performance.now();
    const terms = await takeStep(trainer, await batches.at(step));
    const rate = rateAt(step, steps, optimizer);
    step++;
    journal.appendLog({ step, rate, ...terms, ...trainer.notes?.() });
    if (!Number.isFinite(terms.loss))
      throw new Problem(
        `${journal.folder}: the loss became ${terms.loss} at step ${step}; lower the learning rate (optimizer.rate is ${optimizer.rate})`,
      );
    let validation: Validation | undefined;
    if (validate && (step % validateEvery === 0 || step === steps)) {
      validation = await validate();
      journal.appendLog({ step, validation });
      const reached = validation.miou ?? validation.dice;
      if (reached > best) {
        best = reached;
        await saveCheckpoint(journal.checkpoint("best"), trainer.variables, { step: String(step), best: String(best) });
      }
    }
    if (step % checkpointEvery === 0 || step === steps) await save();
    if (step % keepEvery === 0)
      await saveCheckpoint(journal.checkpoint(`step-${step}`), trainer.variables, { step: String(step) });
    times.push(performance.now() - started);
    const msPerStep = median(times.slice(-20));
    yield { step, steps, terms, rate, msPerStep, secondsLeft: ((steps - step) * msPerStep) / 1000, validation };
    await setImmediate(); // lets interrupts and messages in: native operations block the event loop
  }
  if (saved < step || steps === 0) await save(); // of 0 steps, what it begins with is tested
}

/** Loads the last checkpoint and cuts the log back to it; without one, both start empty. */
function resume(journal: Journal, trainer: Trainer): { step: number; best: number } {
  const path = journal.checkpoint("last");
  if (!existsSync(path)) {
    journal.truncateLog(0);
    return { step: 0, best: Number.NEGATIVE_INFINITY };
  }
  const { step, best, logBytes } = loadCheckpoint(path, trainer.variables);
  journal.truncateLog(Number(logBytes));
  return { step: Number(step), best: Number(best) };
}

/** One step on a batch's arrays; gives the terms of the loss as numbers. */
export async function takeStep(trainer: Trainer, raw: RawBatch): Promise<Record<string, number>> {
  const batch = toBatch(raw);
  const scalars = await trainer.step(batch);
  const terms: Record<string, number> = {};
  for (const [name, scalar] of Object.entries(scalars)) terms[name] = (await scalar.data())[0];
  disposeBatch(batch);
  tf.dispose(scalars);
  return terms;
}

/** A batch's arrays as tensors; `disposeBatch` frees them. */
export const toBatch = ({ image, imageShape, label, labelShape, views, ...rest }: RawBatch): Batch => ({
  ...rest,
  image: tf.tensor(image, imageShape),
  label: tf.tensor(label, labelShape, "int32"),
  arrays: { image, label },
  views: Object.fromEntries(
    Object.entries(views).map(([name, { values, shape, sources }]) => [
      name,
      { values, image: tf.tensor(values, [...shape]), ...(sources && { sources }) },
    ]),
  ),
});

/** Frees the tensors of a batch. */
export function disposeBatch({ image, label, views }: Batch): void {
  tf.dispose([image, label, ...Object.values(views).map((view) => view.image)]);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
