import { existsSync, rmSync } from "node:fs";
import { forgetDeaths } from "../runs/holder.js";
import { jobFolder } from "../runs/jobs.js";
import { runState } from "../runs/state.js";
import { endsOf, removeEnd } from "./ends.js";
import type { Places } from "./places.js";
import { readPlan } from "./plan.js";

/** Lets the trainings that failed be begun again, from where they stand; gives the names of their runs. What diverged would diverge again. */
export function retryFailed(places: Places): string[] {
  const { jobs } = readPlan(places);
  const ends = endsOf(places, jobs);
  const failed = jobs.filter(({ name }) => ends.get(name) === "failed");
  for (const job of failed) {
    forgetDeaths(jobFolder(job, places.runs, job.again));
    removeEnd(places, job, "failed");
  }
  return failed.map(({ name }) => name);
}

/** Forgets the ends of a sweep that its runs contradict, as where a run or its result was deleted; looks into every run. */
export function forgetContradicted(places: Places): void {
  const { jobs } = readPlan(places);
  const ends = endsOf(places, jobs);
  for (const job of jobs) {
    const end = ends.get(job.name);
    if (end === undefined || end === "failed") continue;
    const folder = jobFolder(job, places.runs, job.again);
    if (runState(folder, job.config, job.phase).state !== end) removeEnd(places, job, end);
  }
}

/** Lets workers begin again after `arco sweep stop`. */
export function forgetStop({ stop }: Places): void {
  if (existsSync(stop)) rmSync(stop, { force: true });
}
