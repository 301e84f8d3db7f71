import { availableParallelism } from "node:os";
import type { Opened } from "../../benchmarks/benchmark.js";
import { benchmarks } from "../../benchmarks/index.js";
import { augmentationFrom } from "../../images/augment/slices.js";
import { Problem } from "../../problem.js";
import { type BatchMaker, type BatchRecipe, batchMaker, type RawBatch } from "./batch.js";
import { type BatchWorker, startWorker } from "./worker.js";

export type { RawBatch } from "./batch.js";

/** What batches consist of, and who prepares them. Everything but `workers` decides what is in them. */
export interface BatchOptions {
  seed: number;
  /** Labelled and unlabelled examples in a batch. */
  labeled: number;
  unlabeled: number;
  /** See `AugmentOptions`; what is left out is as in protocol lab. */
  augmentation?: object;
  draw?: BatchRecipe["draw"];
  /** Further views of the images, by name. */
  views?: BatchRecipe["views"];
  /** Threads beside this one that prepare batches in advance; with 0 this thread does it, in between its steps. */
  workers?: number;
}

/** The batches of a training, prepared in advance. */
export interface Batches {
  /** The batch of a step; asked for in order, the next ones are ready when they are needed. */
  at(step: number): Promise<RawBatch>;
  /** Milliseconds that `at` kept its callers waiting so far. */
  readonly waitedMs: number;
  /** How many batches workers had made. */
  readonly prepared: number;
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * Opens the batches of opened data. A batch is a pure function of the options and the step: neither the number of workers nor where a run was resumed changes a bit.
 * The first dozen batches are made here, and those until the workers have started. Threads that were never closed do not keep the process alive.
 */
export async function openBatches(
  opened: Opened,
  { workers = usualWorkers(), augmentation = {}, draw = "passes", views = {}, seed, labeled, unlabeled }: BatchOptions,
): Promise<Batches> {
  const recipe = { seed, labeled, unlabeled, augmentation: augmentationFrom(augmentation), draw, views };
  const make = batchMaker(opened, recipe);
  const { name } = opened.benchmark;
  if (workers > 0 && !Object.hasOwn(benchmarks, name))
    throw new Problem(
      `${name}: not one of the benchmarks that a worker thread can open (${Object.keys(benchmarks).join(", ")}); use workers: 0`,
    );
  return prefetched(make, () =>
    Array.from({ length: workers }, () => startWorker({ benchmark: name, options: opened.options, recipe })),
  );
}

/** A quarter of the processors, at least one: the rest belong to the training itself. */
const usualWorkers = () => Math.min(4, Math.max(1, Math.floor(availableParallelism() / 4)));

/** Batches ordered from each worker before they are needed. Native operations keep this thread from hearing of the first, so the second must be under way. */
const ahead = 2;

/** Batches that are made before threads are started: a training so short would be over before they had loaded their code. */
const patience = 12;

function prefetched(make: BatchMaker, start: () => BatchWorker[]): Batches {
  const ordered = new Map<number, BatchWorker>();
  let workers: readonly BatchWorker[] = [];
  let asked = 0;
  let isClosed = false;
  let waitedMs = 0;
  let prepared = 0;

  function order(from: number): void {
    const ready = workers.filter((worker) => worker.isReady());
    for (let step = from; step < from + ahead * ready.length; step++) {
      if (ordered.has(step)) continue;
      const worker = ready.reduce((least, other) => (other.pending() < least.pending() ? other : least));
      worker.order(step);
      ordered.set(step, worker);
    }
  }

  return {
    async at(step) {
      if (isClosed) throw new Problem(`batch ${step}: asked for after the batches were closed; open them again`);
      const started = performance.now();
      if (++asked === patience) workers = start();
      for (const [passed, worker] of ordered)
        if (passed < step) {
          worker.forget(passed);
          ordered.delete(passed);
        }
      const worker = ordered.get(step);
      ordered.delete(step);
      order(step + 1);
      const batch = worker ? await worker.take(step) : await make(step);
      if (worker) prepared++;
      waitedMs += performance.now() - started;
      return batch;
    },
    get waitedMs() {
      return waitedMs;
    },
    get prepared() {
      return prepared;
    },
    async close() {
      isClosed = true;
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
