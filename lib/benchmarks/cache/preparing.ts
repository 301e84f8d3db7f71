import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { DiskProblem } from "../../disk.js";
import { Problem } from "../../problem.js";
import type { Benchmark, DataOptions } from "../benchmark.js";
import type { Answer, ThreadData } from "./thread.js";

/** What to prepare and how; without options as protocol lab trains. */
export interface PrepareOptions {
  folder?: string;
  options?: DataOptions;
  /** Threads that decode, each a volume at a time; one for each processor unless told otherwise. */
  workers?: number;
  signal?: AbortSignal;
  /** Called when a file is done. */
  onProgress?: (progress: { done: number; of: number; id: string }) => void;
}

/** What was done: files decoded now, files that were there, and what was left of sources that have changed. */
export interface Preparation {
  made: number;
  there: number;
  swept: number;
}

/**
 * Decodes every training image and label of a benchmark into the cache, in several threads, so that training only reads. What is there already is kept, so that
 * it goes on where it was stopped. Test cases are not touched. Throws a Problem that lists the files that could not be read, after all others are done; and at once where the cache cannot be written.
 */
export async function prepare(benchmark: Benchmark, asked: PrepareOptions = {}): Promise<Preparation> {
  const { folder, options, workers = availableParallelism(), signal, onProgress } = asked;
  const opened = await benchmark.open({ labeled: benchmark.labeledChoices.at(-1) ?? 0, folder, options });
  const { groups, has, sweep } = opened.store;
  const swept = sweep();
  const missing = [...groups.keys()].filter((group) => !has(group, groups[group].labeled));
  const there = groups.length - missing.length;
  const wrong: string[] = [];
  let done = 0;

  const heard = ({ group, problem, disk, fault }: Answer) => {
    if (disk !== undefined) throw new DiskProblem(disk.path, disk.reason);
    if (fault !== undefined) throw Object.assign(new Error(`${groups[group].id}: ${fault}`), { stack: fault });
    if (problem !== undefined) wrong.push(problem);
    onProgress?.({ done: there + ++done, of: groups.length, id: groups[group].id });
  };
  const queue = missing.values();
  const threads = Array.from({ length: Math.min(workers, missing.length) }, () =>
    thread({ benchmark: benchmark.name, options: opened.options }),
  );
  try {
    await Promise.all(
      threads.map(async ({ ask }) => {
        for (const group of queue) {
          signal?.throwIfAborted();
          heard(await ask(group));
        }
      }),
    );
  } finally {
    await Promise.all(threads.map(({ end }) => end()));
  }
  if (wrong.length > 0)
    throw new Problem(
      `${benchmark.name}: ${wrong.length} of ${groups.length} files could not be prepared, all others are:\n${wrong.slice(0, 20).join("\n")}${wrong.length > 20 ? "\n…" : ""}`,
    );
  return { made: missing.length, there, swept };
}

/** A thread that is asked for one group after the other. */
function thread(data: ThreadData) {
  const worker = new Worker(new URL("./thread.mjs", import.meta.url), { workerData: data, execArgv: [] });
  return {
    ask: (group: number) =>
      new Promise<Answer>((resolve, reject) => {
        const over = (error: unknown) => reject(error);
        worker.once("error", over);
        worker.once("message", (answer: Answer) => {
          worker.off("error", over);
          resolve(answer);
        });
        worker.postMessage(group);
      }),
    end: () => worker.terminate(),
  };
}
