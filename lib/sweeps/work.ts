import { existsSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { DiskProblem, onDisk } from "../disk.js";
import { stream } from "../engine/random.js";
import { Problem } from "../problem.js";
import { claimNow, type Lease } from "../runs/claim.js";
import { codeOf, differences } from "../runs/code.js";
import { forgetDeaths, isSeenAlive } from "../runs/holder.js";
import { jobFolder } from "../runs/jobs.js";
import type { Watch } from "../runs/signs.js";
import { agendaOf } from "./agenda.js";
import { type Attempted, type AttemptOptions, attempt } from "./attempt.js";
import { endsOf, hasFailed, writeEnd } from "./ends.js";
import type { Places } from "./places.js";
import { type Plan, type PlannedJob, readPlan, stampOf } from "./plan.js";
import { type Recorder, recordWorker } from "./workers.js";

/** How a worker works. */
export interface WorkOptions extends AttemptOptions {
  /** About how many workers share the plan: they begin at as many places of it. */
  among?: number;
  onEnd?: (job: PlannedJob, how: Attempted) => void;
  lease?: Lease;
}

/** Why a worker ended: nothing is open that no living process is at, its signal, or `arco sweep stop`. */
export type WorkEnd = "nothing is open" | "stopped" | "told to stop";

const lookEveryMs = 10_000;
/** So many of the trainings that others have does a worker watch that has nothing else to do. */
const mostWatched = 8;

/**
 * Trains what a plan leaves open, one training after the other, each under the claim of its run, until nothing is open that no living process is at.
 * A training that fails is recorded and not begun again until it is asked for; one whose process died is continued, up to ten times.
 * Throws a Problem when this checkout's code is not the plan's, and when the disk fails: what it was at stays open.
 */
export async function work(places: Places, options: WorkOptions): Promise<WorkEnd> {
  const told = new AbortController();
  const timer = setInterval(() => existsSync(places.stop) && told.abort(new Problem("told to stop")), lookEveryMs);
  const recorder = recordWorker(places);
  try {
    const end = await workOn(places, { ...options, signal: AbortSignal.any([options.signal, told.signal]) }, recorder);
    const why = told.signal.aborted ? "told to stop" : end;
    recorder.end(why);
    return why;
  } catch (error) {
    if (!(error instanceof DiskProblem)) recorder.end(error instanceof Error ? error.message : String(error)); // a full disk has no room for it
    throw error;
  } finally {
    clearInterval(timer);
  }
}

async function workOn(places: Places, options: WorkOptions, recorder: Recorder): Promise<WorkEnd> {
  const { signal, among = 1, onEnd, lease } = options;
  const rng = stream(process.pid, "worker", hostname(), performance.timeOrigin, performance.now());
  const watch: Watch = new Map();
  const folders = new Map<string, string>();
  let { plan, agenda, stamp } = begin();
  let watched: readonly PlannedJob[] = [];
  let pauseMs = 0;

  /** The plan as it is now, with what is known to have ended; an end of a run that was moved away does not count. */
  function begin() {
    const stamp = stampOf(places);
    const plan = readPlan(places);
    const agenda = agendaOf(plan.jobs, { among });
    const runs = new Set(onDisk(places.runs, () => readdirSync(places.runs)));
    const ends = new Map([...endsOf(places, plan.jobs)].filter(([name]) => runs.has(name)));
    for (const [name, end] of ends) agenda.ended(name, end);
    const open = plan.jobs.filter(({ name }) => !ends.has(name));
    refuseOtherCode(places, plan, open);
    return { plan, agenda, stamp };
  }

  /** Looks how some trainings, and those of their blocks, have ended meanwhile. */
  function look(jobs: readonly PlannedJob[]): void {
    for (const [name, end] of endsOf(places, jobs)) agenda.ended(name, end);
  }

  function folderOf(job: PlannedJob): string {
    const folder = folders.get(job.name) ?? jobFolder(job, places.runs, job.again);
    folders.set(job.name, folder);
    return folder;
  }

  /** Takes a training and brings it to its end; whether it did. */
  async function take(job: PlannedJob): Promise<boolean> {
    const folder = folderOf(job);
    const claim = claimNow(folder, watch, lease);
    if (!claim) {
      agenda.setAside(job);
      return true;
    }
    try {
      if (hasFailed(places, job)) {
        agenda.ended(job.name, "failed"); // since this process looked last
        return true;
      }
      const started = performance.now();
      const how = await attempt(places, plan, job, { folder, claim }, options);
      if (!how) return false;
      writeEnd(places, job, how.end, how.words);
      forgetDeaths(folder);
      agenda.ended(job.name, how.end);
      if (how.steps === undefined)
        look([job]); // others have ended it, and perhaps more like it
      else recorder.did(job, how.steps, (performance.now() - started) / 1000);
      onEnd?.(job, how);
      return true;
    } finally {
      claim.release();
    }
  }

  for (;;) {
    if (existsSync(places.stop)) return "told to stop";
    if (signal.aborted) return "stopped";
    if (stampOf(places) !== stamp) ({ plan, agenda, stamp } = begin());
    const job = agenda.next(rng);
    if (job) {
      if (!(await take(job))) return "stopped";
      continue;
    }
    const [aside, awaited] = [agenda.aside(), agenda.awaited()];
    watched = [...watched, ...aside].filter((one, at, all) => aside.includes(one) && all.indexOf(one) === at);
    watched = watched.slice(0, mostWatched);
    look([...watched, ...awaited]);
    const alive = watched.every((one) => isSeenAlive(folderOf(one), watch, lease));
    if (awaited.length === 0 && alive) return "nothing is open";
    pauseMs = Math.min(lookEveryMs, 1.5 * pauseMs + 100);
    await sleep(rng.uniform(0.5, 1) * pauseMs, undefined, { signal }).catch(() => {}); // the signal is looked at above
    agenda.offer(watched);
  }
}

/** Throws a Problem where this checkout would train some of a plan with other code than is meant. */
function refuseOtherCode({ plan: path }: Places, { codes }: Plan, open: readonly PlannedJob[]): void {
  const one = new Map(open.map((job) => [job.code, job]));
  for (const [digest, { config }] of one) {
    const own = codeOf(config);
    if (own.digest === digest) continue;
    const planned = codes.get(digest);
    const files = planned ? differences(planned, own).join(", ") : "its code is not in the plan";
    throw new Problem(
      `${path}: planned with other code than this checkout has (${files}); bring the checkout to that code, or give the sweep's command again from here, which plans what is not finished with today's`,
    );
  }
}
