import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, onDisk, ownPartOf, writeWhole } from "../disk.js";
import type { Places } from "./places.js";
import type { PlannedJob } from "./plan.js";

/** How a training ended. */
export type End = "finished" | "diverged" | "failed";

const ends: readonly string[] = ["finished", "diverged", "failed"] satisfies End[];

/** Trainings of a plan that share a folder of ends: one request lists them all. */
export const blockSize = 1000;

/** The folder of ends that a training belongs to. */
const blockOf = ({ at }: Pick<PlannedJob, "at">): number => Math.floor(at / blockSize);

const folderOf = ({ ended }: Places, block: number) => join(ended, String(block));
const pathOf = (places: Places, job: PlannedJob, end: End) =>
  join(folderOf(places, blockOf(job)), `${job.name}.${end}`);

/**
 * How the trainings of a block ended, by the names of their runs. It is an index that spares a look into every run's folder; where it and a run
 * disagree the run is right: see `forgetContradicted`.
 */
export function endsIn(places: Places, block: number): Map<string, End> {
  const found = new Map<string, End>();
  for (const file of filesIn(folderOf(places, block))) {
    const at = file.lastIndexOf(".");
    const end = ends.find((one) => one === file.slice(at + 1));
    if (end) found.set(file.slice(0, at), end as End);
  }
  return found;
}

/** How some trainings, and those of their blocks, ended. */
export const endsOf = (places: Places, jobs: readonly PlannedJob[]): Map<string, End> =>
  new Map([...new Set(jobs.map(blockOf))].flatMap((block) => [...endsIn(places, block)]));

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** Records how a training ended; only who holds its run may. `words` say why it failed. */
export function writeEnd(places: Places, job: PlannedJob, end: End, words = ""): void {
  const path = pathOf(places, job, end);
  const write = () =>
    words === "" ? closeSync(openSync(path, "w")) : writeWhole(path, words, { part: ownPartOf(path) });
  try {
    write();
  } catch {
    makeFolder(folderOf(places, blockOf(job))); // the first of its block
    onDisk(path, write);
  }
}

/** Whether a training has failed; what has finished or diverged is told by its run. */
export const hasFailed = (places: Places, job: PlannedJob): boolean => existsSync(pathOf(places, job, "failed"));

/** Why a training failed. */
export const failureOf = (places: Places, job: PlannedJob): string =>
  onDisk(pathOf(places, job, "failed"), () => readFileSync(pathOf(places, job, "failed"), "utf8"));

/** Forgets how a training ended, so that it is trained again. */
export const removeEnd = (places: Places, job: PlannedJob, end: End): void =>
  rmSync(pathOf(places, job, end), { force: true });
