import { workerData } from "node:worker_threads";
import { benchmarkNamed } from "../../benchmarks/index.js";
import { diskProblem } from "../../disk.js";
import { Problem } from "../../problem.js";
import { batchMaker, type RawBatch } from "./batch.js";
import type { Answer, Order, ThreadData } from "./messages.js";

const { port, benchmark, options, recipe }: ThreadData = workerData;

/** Says something; the arrays of a batch are handed over, not copied. */
function say(answer: Answer): void {
  port.postMessage(answer, answer.kind === "batch" ? buffersOf(answer.batch) : []);
}

function buffersOf({ image, label, views }: RawBatch): ArrayBuffer[] {
  const arrays = [
    image,
    label,
    ...Object.values(views).flatMap(({ values, sources }) => [values, ...(sources ? [sources] : [])]),
  ];
  const buffers = new Set(arrays.map(({ buffer }) => buffer)); // a view that changes nothing shares the images'
  return [...buffers].filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
}

/** Opens the same data as the main thread and makes the batches it orders, one after the other. */
async function work(): Promise<void> {
  const make = batchMaker(await benchmarkNamed(benchmark, options.folder).open(options), recipe);
  let last = Promise.resolve();
  port.on("message", ({ step }: Order) => {
    last = last.then(async () => say({ kind: "batch", batch: await make(step) })).catch(fail);
  });
  say({ kind: "ready" });
}

function fail(thrown: unknown): void {
  const error = diskProblem(undefined, thrown);
  const message = error instanceof Error ? error.message : String(error);
  say({
    kind: "failure",
    message,
    stack: error instanceof Problem ? undefined : error instanceof Error ? error.stack : message,
  });
}

work().catch(fail);
