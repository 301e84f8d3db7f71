import { Worker } from "node:worker_threads";

/** What the thread is told. */
export interface Beating {
  path: string;
  /** Milliseconds between two beats. */
  everyMs: number;
}

let thread: Worker | undefined;

/**
 * Counts in a file that exists, again and again, for as long as it is there; never makes the file.
 * A thread of its own does it, one for the whole process: a step on large volumes keeps the main thread busy for a minute. It does not keep the process alive.
 */
export function heartbeat(path: string, everyMs: number): void {
  if (!thread) {
    thread = new Worker(new URL("./heartbeatThread.mjs", import.meta.url), { execArgv: [] });
    thread.unref();
  }
  thread.postMessage({ path, everyMs } satisfies Beating);
}
