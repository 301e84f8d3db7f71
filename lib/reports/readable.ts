import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { onDisk } from "../disk.js";
import { Problem } from "../problem.js";
import { type RunRecord, readRun } from "../runs/records.js";
import { provenance } from "./provenance.js";

/** A run that a report cannot show, and why. */
export interface LeftOut {
  run: string;
  reason: string;
}

/** Runs that a report can show, and those that it cannot: damaged, or of a method, data or options that this version does not know. */
export interface Readable {
  records: RunRecord[];
  leftOut: LeftOut[];
}

/** Reads the runs under a folder, one by one. Throws a Problem where there is no such folder. */
export function readableRuns(folder: string): Readable {
  if (!existsSync(folder))
    throw new Problem(`${folder}: no such folder; train something first, for example "npx arco quickstart"`);
  const names = onDisk(folder, () => readdirSync(folder)).sort();
  const isRun = (name: string) => marks.some((file) => existsSync(join(folder, name, file)));
  return sorted(names.filter(isRun).map((name) => ({ run: name, read: () => readRun(join(folder, name)) })));
}

/** What a run leaves in its folder: one without its config is a damaged run, not none. */
const marks = ["config.json", "log.jsonl", "metrics.json"];

/** Looks at each of some runs that were read before. */
export const readableOf = (records: readonly RunRecord[]): Readable =>
  sorted(records.map((record) => ({ run: record.name, read: () => record })));

function sorted(runs: readonly { run: string; read: () => RunRecord }[]): Readable {
  const found: Readable = { records: [], leftOut: [] };
  for (const { run, read } of runs)
    try {
      const record = read();
      provenance(record); // says all that can be said of a run, or a Problem
      found.records.push(record);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      found.leftOut.push({ run, reason: error.message });
    }
  return found;
}
