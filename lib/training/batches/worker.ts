import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { Problem } from "../../problem.js";
import type { RawBatch } from "./batch.js";
import type { Answer, Order, ThreadData } from "./messages.js";

/** A thread that makes batches to order. */
export interface BatchWorker {
  /** Whether it has opened its data. */
  isReady(): boolean;
  /** Batches ordered and not yet arrived. */
  pending(): number;
  order(step: number): void;
  /** The batch of an ordered step, once. Throws what went wrong in the thread, a Problem as a Problem. */
  take(step: number): Promise<RawBatch>;
  /** A batch that is not wanted any more. */
  forget(step: number): void;
  close(): Promise<void>;
}

/** Starts a thread. It never keeps the process alive, but while a batch is waited for. */
export function startWorker(data: Omit<ThreadData, "port">): BatchWorker {
  const { port1: port, port2 } = new MessageChannel();
  // What this process was started with (a loader, a test runner) is not for the thread, which registers its own loader.
  const thread = new Worker(new URL("./thread.mjs", import.meta.url), {
    workerData: { ...data, port: port2 },
    transferList: [port2],
    execArgv: [],
  });
  const pending = new Set<number>();
  const arrived = new Map<number, RawBatch | undefined>();
  let ready = false;
  let failure: Error | undefined;
  const sleepers: (() => void)[] = [];
  const wake = () => {
    for (const rise of sleepers.splice(0)) rise();
  };

  function hear(answer: Answer): void {
    if (answer.kind === "ready") ready = true;
    if (answer.kind === "failure")
      failure ??=
        answer.stack === undefined
          ? new Problem(answer.message)
          : Object.assign(new Error(answer.message), { stack: answer.stack });
    if (answer.kind === "batch" && pending.delete(answer.batch.step)) arrived.set(answer.batch.step, answer.batch);
    wake();
  }
  /** Hears what was said while this thread was busy, without waiting for its event loop to turn. */
  function listen(): void {
    for (let said = receiveMessageOnPort(port); said; said = receiveMessageOnPort(port)) hear(said.message);
  }
  port.on("message", hear);
  thread.on("error", (error) => {
    failure ??= error instanceof Error ? error : new Error(String(error));
    wake();
  });
  thread.on("exit", (code) => {
    failure ??= new Error(`a thread that prepares batches ended with status ${code}`);
    wake();
  });
  port.unref();
  thread.unref();

  return {
    isReady() {
      listen();
      if (failure) throw failure;
      return ready;
    },
    pending: () => pending.size,
    order(step) {
      pending.add(step);
      port.postMessage({ step } satisfies Order);
    },
    async take(step) {
      listen();
      while (!failure && !arrived.has(step)) {
        port.ref();
        await new Promise<void>((rise) => sleepers.push(rise));
        port.unref();
      }
      const batch = arrived.get(step);
      arrived.delete(step);
      if (batch) return batch;
      throw failure ?? new Error(`batch ${step} was never ordered`);
    },
    forget(step) {
      pending.delete(step);
      arrived.delete(step);
    },
    async close() {
      port.close();
      await thread.terminate();
    },
  };
}
