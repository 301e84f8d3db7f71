import { parentPort, workerData } from "node:worker_threads";
import { DiskProblem, diskProblem } from "../../disk.js";
import { Problem } from "../../problem.js";
import type { OpenOptions } from "../benchmark.js";
import { benchmarkNamed } from "../index.js";

/** What a thread is told when it starts. */
export interface ThreadData {
  benchmark: string;
  options: OpenOptions;
}

/** What became of a group: `problem` is what a person can mend, `disk` one that the next group would meet too, `fault` an error in the program. */
export interface Answer {
  group: number;
  problem?: string;
  disk?: Pick<DiskProblem, "path" | "reason">;
  fault?: string;
}

const { benchmark, options }: ThreadData = workerData;
const { store } = await benchmarkNamed(benchmark, options.folder).open(options);

parentPort?.on("message", async (group: number) => parentPort?.postMessage(await fill(group)));

async function fill(group: number): Promise<Answer> {
  try {
    await store.fill(group, store.groups[group].labeled);
    return { group };
  } catch (thrown) {
    const error = diskProblem(undefined, thrown);
    if (error instanceof DiskProblem) return { group, disk: { path: error.path, reason: error.reason } };
    if (error instanceof Problem) return { group, problem: error.message };
    return { group, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
