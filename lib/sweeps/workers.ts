import { existsSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { makeFolder, onDisk, ownPartOf, writeWhole } from "../disk.js";
import { readJson } from "../runs/files.js";
import { kindOf } from "../runs/pace.js";
import { startOf } from "../runs/process.js";
import { parse } from "../training/config/schema.js";
import type { Places } from "./places.js";
import type { PlannedJob } from "./plan.js";
import { slurmTask } from "./slurm/task.js";

const schema = z.object({
  host: z.string(),
  pid: z.number(),
  /** When the process began, in its system's words. */
  start: z.string(),
  task: z.object({ id: z.string(), restarts: z.number() }).optional(),
  /** Time of day in UTC, ISO 8601. */
  started: z.string(),
  /** Why it ended; absent while it works, and where it was killed. */
  ended: z.string().optional(),
  /** Trainings that it brought to an end. */
  done: z.number(),
  /** Seconds and steps of those, by their kind. */
  paces: z.record(z.string(), z.object({ seconds: z.number(), steps: z.number() })),
});
/** What a worker says of itself, in a file that it alone writes. */
export type WorkerRecord = z.infer<typeof schema>;

/** Keeps the record of this process. */
export interface Recorder {
  did(job: PlannedJob, steps: number, seconds: number): void;
  end(why: string): void;
}

const everyMs = 10_000;

/** Begins the record of this process as a worker of a sweep; trainings of milliseconds are written down some at a time. */
export function recordWorker({ workers }: Places): Recorder {
  const task = slurmTask();
  const own = { host: hostname(), pid: process.pid, start: startOf(process.pid) };
  const record: WorkerRecord = {
    ...{ ...own, ...(task && { task }), started: new Date().toISOString() },
    ...{ done: 0, paces: {} },
  };
  const path = join(workers, `${own.host}-${own.pid}-${own.start}.json`.replaceAll(/[^\w.-]/g, "_"));
  let written = 0;
  const write = () => {
    writeWhole(path, `${JSON.stringify(record)}\n`, { part: ownPartOf(path) });
    written = performance.now();
  };
  makeFolder(workers);
  write();
  return {
    did({ config }, steps, seconds) {
      record.done++;
      const kind = kindOf(config);
      const before = record.paces[kind] ?? { seconds: 0, steps: 0 };
      record.paces[kind] = { seconds: before.seconds + seconds, steps: before.steps + steps };
      if (performance.now() - written > everyMs) write();
    },
    end(why) {
      record.ended = why;
      write();
    },
  };
}

/** What the workers of a sweep say of themselves, in the order in which they began. */
export function readWorkers({ workers }: Places): WorkerRecord[] {
  if (!existsSync(workers)) return [];
  const files = onDisk(workers, () => readdirSync(workers)).filter((name) => name.endsWith(".json"));
  const records = files.map((name) => {
    const path = join(workers, name);
    return parse(schema, readJson(path, "delete it: it only says how a worker fared"), path);
  });
  return records.sort((one, other) => (one.started < other.started ? -1 : 1));
}
