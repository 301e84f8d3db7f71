import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Ended, Heard, Order, Said, Told } from "./jobMessages.js";

/** A process that trains one run after the other. */
export interface JobWorker {
  /** CPU threads of its trainings. */
  threads: number;
  /** Trains a run to its end; a process that dies meanwhile ends it with its last words. */
  train(order: Order, hear: (heard: Heard) => void): Promise<Ended>;
  isAlive(): boolean;
  /** Tells it to stop after the step it is in. */
  stop(): void;
  /** Ends it, once it has nothing to do. */
  close(): Promise<void>;
}

const entry = fileURLToPath(new URL("./jobProcess.mjs", import.meta.url));

/** Starts a process whose trainings have so many CPU threads. It ends when this one does, however that ends. */
export function startJobWorker(threads: number): JobWorker {
  // What this process was started with (a loader, a test runner, an inspector) is not for the other one.
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, ARCO_THREADS: undefined, NODE_TEST_CONTEXT: undefined },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const words = lastWords(child);
  const exited = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    // not "close", which does not come after a disconnect; what it wrote last may still be in the pipes
    child.on("exit", (status, signal) => setTimeout(() => resolve(signal ?? `status ${status}`), 50));
  });
  const tell = (told: Told) => child.connected && child.send(told, () => {}); // one that died says so by its end
  return {
    threads,
    isAlive: () => child.exitCode === null && child.signalCode === null && child.pid !== undefined,
    train(order, hear) {
      return new Promise((resolve) => {
        const listen = (said: Said) => {
          if (said.kind !== "ended") return hear(said);
          child.off("message", listen);
          resolve(said.ended);
        };
        child.on("message", listen);
        tell({ kind: "train", order: { ...order, threads } });
        exited.then((how) => resolve({ kind: "failed", message: death(child, how, words()) }));
      });
    },
    stop: () => tell({ kind: "stop" }),
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** The end of what a process wrote. */
function lastWords({ stdout, stderr }: ChildProcess): () => string {
  let text = "";
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (more: string) => {
      text = (text + more).slice(-4000);
    });
  }
  return () => text.trim().split("\n").slice(-12).join("\n");
}

function death({ pid }: ChildProcess, how: string, words: string): string {
  const killed =
    how === "SIGKILL"
      ? "; the system does so to a process when memory runs out, and fewer side by side need less (--parallel)"
      : "";
  return `process ${pid} died (${how})${killed}${words ? `; its last words:\n${words}` : "; it said nothing"}`;
}
