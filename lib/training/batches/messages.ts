import type { MessagePort } from "node:worker_threads";
import type { OpenOptions } from "../../benchmarks/benchmark.js";
import type { BatchRecipe, RawBatch } from "./batch.js";

/** What a thread is given at its start. */
export interface ThreadData {
  port: MessagePort;
  benchmark: string;
  options: OpenOptions;
  recipe: BatchRecipe;
}

/** The main thread asks for the batch of a step. */
export interface Order {
  step: number;
}

/** What a thread says: that it has begun, a batch, or what went wrong (with `stack` where it is no Problem). */
export type Answer =
  | { kind: "ready" }
  | { kind: "batch"; batch: RawBatch }
  | { kind: "failure"; message: string; stack?: string };
