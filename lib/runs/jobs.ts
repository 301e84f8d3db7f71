import { Problem } from "../problem.js";
import type { Progress } from "../training/loop.js";
import { changedSinceStart, codeOf, loadedCode } from "./code.js";
import { divergence } from "./diverged.js";
import { trainingFolder } from "./folder.js";
import { type Job, jobTitle } from "./job.js";
import { memoryFor } from "./jobMemory.js";
import type { Ended, Heard, Order } from "./jobMessages.js";
import { type JobPool, jobPool } from "./jobPool.js";
import { otherCode, trainAnew } from "./madeBy.js";
import { onlyHere } from "./onlyHere.js";
import { paceIn } from "./pace.js";
import { readEnvironments } from "./run.js";
import { sideBySide } from "./sideBySide.js";
import { type RunState, runState } from "./state.js";
import { timeLeft } from "./timeLeft.js";
import type { TrainRunOptions } from "./training.js";

/** Where one of some trainings stands. */
export interface JobStanding {
  job: Job;
  title: string;
  /** Which of those that were to be trained it is, from 1. */
  number: number;
  state: "waiting" | "training" | "testing" | "finished" | "diverged" | "failed" | "stopped";
  /** What it waits for, or why it failed. */
  words?: string;
  /** After its last step, from 0. */
  step: number;
  progress?: Progress;
  scored?: { done: number; cases: number };
}

/** How far some trainings are. */
export interface JobsProgress {
  /** The one that moved. */
  at: JobStanding;
  /** All that are at work. */
  running: readonly JobStanding[];
  /** How many are done, of how many that were to be trained. */
  done: number;
  of: number;
  /** For all of them. */
  secondsLeft: number;
}

/** Where and how many trainings are done; nothing here changes a result beyond the last bits (threads). */
export interface JobsOptions
  extends Pick<TrainRunOptions, "runs" | "signal" | "workers" | "checkpointEvery" | "keepEvery" | "goOn" | "onNote"> {
  /** Trains anew, beside the old ones, what other code than today's has made. */
  again?: boolean;
  /** How many run side by side, in processes of their own; what suits images, cores and memory unless told otherwise. */
  parallel?: number;
  onProgress?: (progress: JobsProgress) => void;
}

/** A training that gave no result. */
export interface JobFailure {
  job: Job;
  /** "diverged": its loss, or that of its pre-training, became no number. */
  end: "diverged" | "failed";
  message: string;
  stack?: string;
}

/**
 * Trains what is missing of some jobs and continues what is half done, some side by side, each as soon as what it needs is there. Gives those that
 * failed; one that does stops no other. Throws the signal's reason when it is aborted, after all have saved their states.
 */
export async function runJobs(jobs: readonly Job[], options: JobsOptions): Promise<JobFailure[]> {
  const { runs, signal, parallel, again, goOn, onProgress, onNote } = options;
  signal?.throwIfAborted();
  const folders = new Map(jobs.map((job) => [job, jobFolder(job, runs, again)]));
  const folderOf = (job: Job) => folders.get(job) ?? jobFolder(job, runs, again);
  const states = new Map(jobs.map((job) => [job, runState(folderOf(job), job.config, job.phase)]));
  const noted = new Set<string>();
  /** What several trainings say alike, as of their data, is told once. */
  const note = (words: string) => {
    if (!noted.has(words)) onNote?.(words);
    noted.add(words);
  };
  for (const words of notesOn(jobs, states, folderOf)) note(words);
  const open = openJobs(jobs, states);
  const waiting = [...open];
  const failures: JobFailure[] = [];
  if (open.length === 0) return failures;
  const of = open.length;
  const configs = open.map(({ config }) => config);
  const plan = sideBySide(configs, options);
  const processes = Math.min(plan.processes, of);
  const own = [...new Set(configs.flatMap(onlyHere))];
  if (own.length > 0 && parallel !== undefined && parallel > 1)
    onNote?.(`${own.join(", ")}: known to this process alone, so all is trained in it, one after the other`);
  const left = timeLeft(open, {
    processes,
    paceOf: paceIn(runs),
    done: new Map([...states].map(([{ name }, { step }]) => [name, step])),
  });
  const memory = memoryFor(configs);
  const pool = jobPool({ ...plan, processes }, { lacking: memory.lacking, onNote });
  // What was changed since this process had loaded it is trained by another; what is fresh now stays so here, whatever is edited from now on.
  const stale = new Set(open.filter(({ config }) => changedSinceStart(config).length > 0));
  const codes = new Map(open.map((job) => [job, pool.isAlone && !stale.has(job) ? loadedCode(job.config) : undefined]));
  const digests = new Map(open.map((job) => [job, codeOf(job.config).digest]));
  const ends = new Map<Job, "finished" | JobFailure["end"]>();
  const running = new Map<Job, { standing: JobStanding; ended: Promise<void> }>();
  const numbers = new Map(open.map((job, at) => [job, at + 1]));

  const tell = (at: JobStanding) =>
    onProgress?.({
      at,
      running: [...running.values()].map(({ standing }) => standing),
      ...{ done: ends.size, of, secondsLeft: left.seconds() },
    });

  function start(job: Job, train: NonNullable<ReturnType<JobPool["free"]>>): void {
    const { step = 0 } = states.get(job) ?? {};
    const number = numbers.get(job) ?? 0;
    const standing: JobStanding = { job, title: jobTitle(job), number, state: "training", step };
    const hear = (heard: Heard) => {
      if (heard.kind === "note") return note(heard.words);
      if (heard.kind === "step") {
        Object.assign(standing, {
          state: "training",
          words: undefined,
          step: heard.progress.step,
          progress: heard.progress,
        });
        left.stepped(job, heard.progress);
        memory.seen(heard.rss);
      } else if (heard.kind === "case") {
        Object.assign(standing, { state: "testing", scored: { done: heard.done, cases: heard.cases } });
        left.scored(job, heard.done, heard.cases);
      } else Object.assign(standing, { state: "waiting", words: heard.words });
      tell(standing);
    };
    const { checkpointEvery, keepEvery, workers = pool.isAlone ? undefined : 0 } = options;
    const order: Order = {
      ...{ again: again && "otherCode", goOn, digest: digests.get(job) },
      config: job.config,
      phase: job.phase,
      runs,
      checkpointEvery,
      keepEvery,
      workers,
      sideBySide: processes,
    };
    const ended = train(order, { hear, signal, codes: codes.get(job) }).then((end) => {
      running.delete(job);
      const failure = end.kind === "failed" ? failureOf(job, runs, end) : undefined;
      if (failure) failures.push(failure);
      if (end.kind !== "stopped") {
        ends.set(job, failure?.end ?? "finished");
        left.ended(job);
      }
      tell(Object.assign(standing, { state: failure?.end ?? end.kind, ...(failure && { words: failure.message }) }));
    });
    running.set(job, { standing, ended });
  }

  /** A run keeps the CPU threads that it was begun with. */
  const threadsOf = (job: Job) => readEnvironments(folderOf(job))[0]?.engine.threads ?? plan.threads;

  /** Starts what can be started; what needs something that failed fails with it. */
  function startAll(): void {
    for (const job of [...waiting]) {
      const broken = job.needs.find((need) => (ends.get(need) ?? "finished") !== "finished");
      if (broken) {
        waiting.splice(waiting.indexOf(job), 1);
        const end = ends.get(broken) === "diverged" ? "diverged" : "failed";
        const failure: JobFailure = { job, end, message: `${jobTitle(job)}: its pre-training ${broken.name} ${end}` };
        failures.push(failure);
        ends.set(job, end);
        left.ended(job);
        tell({ job, title: jobTitle(job), number: numbers.get(job) ?? 0, state: end, words: failure.message, step: 0 });
      } else if (job.needs.every((need) => !waiting.includes(need) && !running.has(need))) {
        const threads = threadsOf(job);
        const train = pool.free(threads, { apart: stale.has(job) && onlyHere(job.config).length === 0 });
        if (!train) return;
        waiting.splice(waiting.indexOf(job), 1);
        if (threads !== plan.threads)
          onNote?.(
            `${jobTitle(job)}: goes on with ${threads} thread${threads === 1 ? "" : "s"}, as it was begun, not with ${plan.threads}: results are bit-equal only then`,
          );
        start(job, train);
      }
    }
  }

  const stop = () => pool.stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      if (!signal?.aborted) startAll();
      if (running.size === 0) break;
      await Promise.race([...running.values()].map(({ ended }) => ended));
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    await pool.close();
  }
  signal?.throwIfAborted();
  return failures;
}

/** Throws one Problem that names all failures; of those that diverged only where they are not allowed. */
export function throwFailures(failures: readonly JobFailure[], { diverged = false } = {}): void {
  const told = failures.filter(({ end }) => end === "failed" || !diverged);
  if (told.length === 0) return;
  const words = told.map(({ message, stack = message }) => stack);
  const all =
    told.length === 1
      ? words[0]
      : `${told.length} trainings gave no result:\n${words.map((one) => `· ${one}`).join("\n")}`;
  throw told.some(({ stack }) => stack !== undefined) ? new Error(all) : new Problem(all);
}

/** What is to be trained: trainings that are not finished, and the pre-trainings that those have not begun without. */
function openJobs(jobs: readonly Job[], states: ReadonlyMap<Job, RunState>): Job[] {
  const isOpen = (job: Job) => ["missing", "half"].includes(states.get(job)?.state ?? "missing");
  const isDiverged = (job: Job): boolean => states.get(job)?.state === "diverged" || job.needs.some(isDiverged);
  const needed = new Set<Job>();
  const need = (job: Job) => {
    if (needed.has(job) || !isOpen(job) || isDiverged(job)) return;
    needed.add(job);
    if (states.get(job)?.state === "missing") job.needs.forEach(need);
  };
  for (const job of jobs) if (job.phase === "training") need(job);
  return jobs.filter((job) => needed.has(job));
}

/** Where a job is trained; a pre-training of other code is no start for one of today's. */
export const jobFolder = ({ config, phase }: Job, runs: string, again?: boolean) =>
  trainingFolder(runs, config, { again: again || phase === "pretraining" ? "otherCode" : undefined });

/** What is to be said of results that other code has made. */
function notesOn(jobs: readonly Job[], states: ReadonlyMap<Job, RunState>, folderOf: (job: Job) => string): string[] {
  const done = jobs.filter(
    (job) => job.phase === "training" && ["finished", "diverged"].includes(states.get(job)?.state ?? ""),
  );
  const others = new Map<string, string[]>();
  for (const job of done) {
    const words = otherCode(folderOf(job), job.config);
    if (words !== undefined) others.set(words, [...(others.get(words) ?? []), jobTitle(job)]);
  }
  return [...others].map(
    ([words, titles]) => `made by other code than today's (${words}): ${titles.join("; ")}; ${trainAnew}`,
  );
}

function failureOf(job: Job, runs: string, { message, stack }: Ended & { kind: "failed" }): JobFailure {
  const [diverged] = divergence(job.config, runs, { to: "train" });
  return { job, end: diverged ? "diverged" : "failed", message, ...(stack !== undefined && { stack }) };
}
