import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { onDisk } from "../disk.js";
import { deathsIn, type Holder, holderOf } from "../runs/holder.js";
import { jobTitle } from "../runs/job.js";
import { jobFolder } from "../runs/jobs.js";
import { kindOf } from "../runs/pace.js";
import { startOf } from "../runs/process.js";
import { runState } from "../runs/state.js";
import { endsOf, failureOf } from "./ends.js";
import type { Places } from "./places.js";
import { type PlannedJob, readPlan } from "./plan.js";
import { readWorkers, type WorkerRecord } from "./workers.js";

/** How a training of a sweep stands. */
export interface Standing {
  run: string;
  title: string;
  /**
   * "half": stopped with its state saved, it waits for a worker; "lost": its process died or gives no sign of life, the next worker continues it.
   * What starts from something that failed has failed as well.
   */
  state: "finished" | "running" | "waiting" | "half" | "lost" | "failed" | "diverged";
  step: number;
  steps: number;
  /** Where it is trained, or was: the machine and the process, and the task of a job array. */
  where?: string;
  secondsLeft?: number;
  /** Why it failed, or what became of its process. */
  words?: string;
}

/** A worker, and whether it is at work, has ended, or is gone without a word. */
export interface Worker extends WorkerRecord {
  state: "at work" | "ended" | "gone";
  /** What its scheduler says of one that is gone. */
  words?: string;
}

/** How a sweep stands. */
export interface SweepStatus {
  trainings: readonly Standing[];
  pretrainings: number;
  counts: Readonly<Record<Standing["state"], number>>;
  workers: readonly Worker[];
  /** Until all are done, if as many run as now; absent while none runs, or no pace is known yet. */
  secondsLeft?: number;
}

/** Seconds of silence after which the training of another machine is called lost. That is for people: workers trust no clock, see `claimNow`. */
const silence = 180;

/** Reads how a sweep stands, from its folder alone. What has ended costs a line of a listing; only runs that are begun are looked into. */
export function sweepStatus(places: Places): SweepStatus {
  const { jobs } = readPlan(places);
  const there = new Set(onDisk(places.runs, () => readdirSync(places.runs)));
  const ends = new Map([...endsOf(places, jobs)].filter(([name]) => there.has(name)));
  const records = readWorkers(places);
  const left = secondsOf(records);
  let time: number | undefined;
  const silent = ({ path }: Holder) => {
    time ??= serverTime(places);
    return (time - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? time)) / 1000;
  };

  function begun(job: PlannedJob): Pick<Standing, "state" | "step" | "where" | "words"> {
    const folder = jobFolder(job, places.runs, job.again);
    const { state, step } = runState(folder, job.config, job.phase);
    if (state === "finished" || state === "diverged") return { state, step };
    const holder = holderOf(folder);
    const died = deathsIn(folder).at(-1);
    if (!holder)
      return died
        ? { state: "lost", step, words: `${died} died` }
        : { state: state === "half" ? state : "waiting", step };
    const where = whereOf(holder, records);
    const seconds = holder.isHere ? 0 : silent(holder);
    if (seconds < silence) return { state: "running", step, where };
    return { state: "lost", step, where, words: `no sign of life for ${Math.round(seconds / 60)} min` };
  }

  function standing(job: PlannedJob): Pick<Standing, "state" | "step" | "where" | "words"> {
    const end = ends.get(job.name);
    if (end === "failed") return { state: end, step: 0, words: failureOf(places, job) };
    if (end) return { state: end, step: end === "finished" ? job.config.steps : 0 };
    const broken = job.needs.find(({ name }) => ["failed", "diverged"].includes(ends.get(name) ?? ""));
    if (broken) return { state: "failed", step: 0, words: `its pre-training ${broken.name} ${ends.get(broken.name)}` };
    return there.has(job.name) ? begun(job) : { state: "waiting", step: 0 };
  }

  const counts = { finished: 0, running: 0, waiting: 0, half: 0, lost: 0, failed: 0, diverged: 0 };
  let sum: number | undefined = 0;
  const trainings = jobs.map((job): Standing => {
    const found = standing(job);
    const { steps } = job.config;
    counts[found.state]++;
    const isOpen = !["finished", "failed", "diverged"].includes(found.state);
    const secondsLeft = isOpen ? left(job, steps - found.step) : 0;
    sum = sum === undefined || secondsLeft === undefined ? undefined : sum + secondsLeft;
    return { run: job.name, title: jobTitle(job), steps, ...found, ...(isOpen && { secondsLeft }) };
  });
  const held = new Set(trainings.filter(({ state }) => state === "running").map(({ where }) => where));
  return {
    trainings,
    pretrainings: jobs.filter(({ phase }) => phase === "pretraining").length,
    counts,
    workers: records.map((record) => ({ ...record, state: stateOf(record, held) })),
    ...(sum !== undefined && counts.running > 0 && { secondsLeft: sum / counts.running }),
  };
}

const told = ({ host, pid, task }: Pick<WorkerRecord, "host" | "pid" | "task">) =>
  `${host}, ${task ? `task ${task.id}` : `process ${pid}`}`;

function whereOf({ host, pid }: Holder, records: readonly WorkerRecord[]): string {
  const worker = records.filter((one) => one.host === host && one.pid === pid).at(-1);
  return told(worker ?? { host, pid });
}

function stateOf(record: WorkerRecord, held: ReadonlySet<string | undefined>): Worker["state"] {
  if (record.ended !== undefined) return "ended";
  const isHere = record.host === hostname() && startOf(record.pid) === record.start;
  return isHere || held.has(told(record)) ? "at work" : "gone";
}

/** Seconds that so many steps of a training take, tests and all, by what workers have measured on its kind; else on all kinds together. */
function secondsOf(records: readonly WorkerRecord[]): (job: PlannedJob, steps: number) => number | undefined {
  const paces = new Map<string, { seconds: number; steps: number }>();
  for (const [kind, { seconds, steps }] of records.flatMap(({ paces }) => Object.entries(paces)))
    for (const one of [kind, ""]) {
      const before = paces.get(one) ?? { seconds: 0, steps: 0 };
      paces.set(one, { seconds: before.seconds + seconds, steps: before.steps + steps });
    }
  return ({ config }, steps) => {
    const pace = paces.get(kindOf(config)) ?? paces.get("");
    return pace && pace.steps > 0 ? (steps * pace.seconds) / pace.steps : undefined;
  };
}

/** The time by the clock that stamps the files of a sweep; where nothing can be written, as on a full disk, by our own. */
function serverTime({ folder }: Places): number {
  const path = join(folder, `clock-${process.pid}.part`);
  try {
    writeFileSync(path, "");
    return statSync(path).mtimeMs;
  } catch {
    return Date.now();
  } finally {
    rmSync(path, { force: true });
  }
}
