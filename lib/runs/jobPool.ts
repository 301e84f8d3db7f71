import { engineHere } from "../engine/start.js";
import { trainHere } from "./jobHere.js";
import type { Ended, Heard, Order } from "./jobMessages.js";
import { type JobWorker, startJobWorker } from "./jobWorker.js";
import type { SideBySide } from "./sideBySide.js";
import type { TrainRunOptions } from "./training.js";

/** Trains one run, here or in a process of its own. */
export type Trains = (
  order: Order,
  told: { hear: (heard: Heard) => void; signal?: AbortSignal; codes?: TrainRunOptions["codes"] },
) => Promise<Ended>;

/** Places where trainings run. */
export interface JobPool {
  /** Whether this process trains by itself. */
  isAlone: boolean;
  /** Something that is free to train a run with so many CPU threads, where it has to be in a process of its own; undefined where all are at work, or memory is short. */
  free(threads: number, options?: { apart?: boolean }): Trains | undefined;
  /** Tells all to stop after the step they are in. */
  stop(): void;
  close(): Promise<void>;
}

/**
 * Opens so many places. A single one is this process itself, where the engine has, or would have, the threads that are wanted; otherwise each is a process that is started when it is needed and then takes one training after the other.
 */
export function jobPool(
  { processes, threads: wanted }: SideBySide,
  { lacking, onNote }: { lacking: () => string | undefined; onNote?: (words: string) => void },
): JobPool {
  const isAlone = processes === 1 && engineHere().threads === wanted;
  const workers = new Set<JobWorker>();
  const busy = new Set<JobWorker>();
  let isBusyHere = false;
  let told = "";

  /** A process that has nothing to do, started now if there is room for one. */
  function freeWorker(threads: number): JobWorker | undefined {
    const idle = [...workers].filter((worker) => !busy.has(worker));
    const fitting = idle.find((worker) => worker.threads === threads);
    if (fitting) return fitting;
    const reason = workers.size > 0 && workers.size < processes ? lacking() : undefined;
    if (reason !== undefined && told === "") onNote?.(reason);
    told ||= reason ?? "";
    if (workers.size >= processes || reason !== undefined) {
      if (idle.length === 0) return undefined;
      workers.delete(idle[0]);
      void idle[0].close();
    }
    const worker = startJobWorker(threads);
    workers.add(worker);
    return worker;
  }

  return {
    isAlone,
    free(threads, { apart = false } = {}) {
      if (isAlone && (isBusyHere || busy.size > 0)) return undefined;
      if (isAlone && threads === wanted && !apart)
        return async (order, { hear, codes, signal = new AbortController().signal }) => {
          isBusyHere = true;
          const ended = await trainHere({ ...order, threads }, { hear, signal, codes });
          isBusyHere = false;
          return ended;
        };
      const worker = freeWorker(threads);
      return (
        worker &&
        (async (order, { hear }) => {
          busy.add(worker);
          const ended = await worker.train(order, hear);
          busy.delete(worker);
          if (!worker.isAlive()) workers.delete(worker);
          return ended;
        })
      );
    },
    stop() {
      for (const worker of busy) worker.stop();
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.close()));
    },
  };
}
