import type { Progress } from "../training/loop.js";
import type { Job } from "./job.js";
import { kindOf, type Pace } from "./pace.js";
import { pixelsOf } from "./sideBySide.js";

/** An estimate of how long some jobs will still take. */
export interface TimeLeft {
  /** A step of a job was done. */
  stepped(job: Job, progress: Pick<Progress, "step" | "validation">): void;
  /** A test case was scored. */
  scored(job: Job, done: number, cases: number): void;
  ended(job: Job): void;
  /** The time left as it is shown: it goes down with the clock and bends towards the estimate, and does not jump to it. */
  seconds(): number;
}

/** What is known beside the jobs. */
export interface TimeLeftOptions {
  processes: number;
  /** The pace of a kind of training before it was seen. */
  paceOf: (config: Job["config"]) => Pick<Pace, "secondsPerStep">;
  /** Steps that jobs have done before, by name. */
  done?: ReadonlyMap<string, number>;
  /** Seconds of a clock that only goes forward. */
  now?: () => number;
}

/** A time in seconds that is measured again and again: what was assumed before counts as much as some measurements. */
function measured(assumed: () => number) {
  const times: number[] = [];
  return {
    add: (seconds: number) => {
      times.push(seconds);
      if (times.length > 50) times.shift();
    },
    get ratio() {
      return times.length < 3 ? undefined : median(times) / assumed();
    },
    seconds(scale: number) {
      const weight = times.length / (times.length + 5);
      return times.length === 0 ? scale * assumed() : weight * median(times) + (1 - weight) * scale * assumed();
    },
  };
}
type Measured = ReturnType<typeof measured>;

/** Seconds in which the shown time bends towards the estimate: a tenth of that, so that a long time is told calmly and a short one exactly. */
const patience = (estimate: number) => Math.min(30, Math.max(1, estimate / 10));
/** Slices that are looked at in a validation, and the share of the time of a training step that each takes; both are corrected by the first one. */
const validationImages = 350;
const secondsPerPixel = 0.9e-6;

/** Starts to estimate how long some jobs take that are done some at a time, in their order: one sum over the median pace of each kind, shared among the processes. */
export function timeLeft(
  jobs: readonly Job[],
  { processes, paceOf, done = new Map(), now = () => performance.now() / 1000 }: TimeLeftOptions,
): TimeLeft {
  const steps = new Map<string, Measured>();
  const validations = new Map<string, Measured>();
  const tests = new Map<string, Measured>();
  const at = new Map<Job, { step: number; last?: number; tested: number }>();
  for (const job of jobs) {
    const { config } = job;
    const validation = () => validationImages * pixelsOf(config) * secondsPerPixel;
    known(steps, kindOf(config), () =>
      Math.max(
        0.3 * paceOf(config).secondsPerStep,
        paceOf(config).secondsPerStep - validation() / config.validateEvery,
      ),
    );
    known(validations, dataOf(config), validation);
    known(tests, dataOf(config), () => 2 * validation());
  }
  let shown: { seconds: number; at: number } | undefined;
  const ended = new Set<Job>();

  function stepSeconds(job: Job): number {
    const ratios = [...steps.values()].flatMap(({ ratio }) => ratio ?? []);
    return steps.get(kindOf(job.config))?.seconds(ratios.length > 0 ? median(ratios) : 1) ?? 0;
  }
  function remaining(job: Job): number {
    const { config, phase } = job;
    const { step = done.get(job.name) ?? 0, tested = 0 } = at.get(job) ?? {};
    const due = Math.ceil(config.steps / config.validateEvery) - Math.floor(step / config.validateEvery);
    const test = phase === "pretraining" ? 0 : (tests.get(dataOf(config))?.seconds(1) ?? 0) * (1 - tested);
    return (config.steps - step) * stepSeconds(job) + due * (validations.get(dataOf(config))?.seconds(1) ?? 0) + test;
  }

  return {
    stepped(job, { step, validation }) {
      const time = now();
      const { last } = at.get(job) ?? {};
      if (last !== undefined) {
        const took = time - last;
        if (validation) validations.get(dataOf(job.config))?.add(Math.max(0, took - stepSeconds(job)));
        else steps.get(kindOf(job.config))?.add(took);
      }
      at.set(job, { step, last: time, tested: 0 });
    },
    scored(job, number, cases) {
      const time = now();
      const { last = time, step = job.config.steps } = at.get(job) ?? {};
      if (number > 1) tests.get(dataOf(job.config))?.add((time - last) * cases);
      at.set(job, { step, last: time, tested: number / cases });
    },
    ended: (job) => void ended.add(job),
    seconds() {
      const left = jobs.filter((job) => !ended.has(job));
      const estimate = makespan(
        left.map((job) => ({ job, seconds: remaining(job), isBegun: at.has(job) })),
        processes,
      );
      const time = now();
      if (!shown) shown = { seconds: estimate, at: time };
      const passed = time - shown.at;
      const expected = Math.max(0, shown.seconds - passed);
      const bend = (estimate - expected) * (1 - Math.exp(-passed / patience(estimate)));
      const most = 1 + 0.02 * Math.max(estimate, expected);
      const bent = expected + Math.min(most, Math.max(-most, bend));
      shown = { seconds: left.length === 0 ? 0 : bent, at: time };
      return shown.seconds;
    },
  };
}

/** Seconds until the last of some jobs is done, if each process takes the next one as soon as it is free and what that needs is there. */
function makespan(jobs: readonly { job: Job; seconds: number; isBegun: boolean }[], processes: number): number {
  const free = Array.from({ length: processes }, () => 0);
  const ends = new Map<Job, number>();
  for (const { job, seconds } of [...jobs].sort((a, b) => Number(b.isBegun) - Number(a.isBegun))) {
    const [first] = free.sort((a, b) => a - b);
    const ready = Math.max(0, ...job.needs.map((need) => ends.get(need) ?? 0));
    free[0] = Math.max(first, ready) + seconds;
    ends.set(job, free[0]);
  }
  return Math.max(...free);
}

const dataOf = ({ benchmark, data, network }: Job["config"]) =>
  JSON.stringify([benchmark, data.size, data.patch, network]);

function known(kinds: Map<string, Measured>, kind: string, assumed: () => number): void {
  if (!kinds.has(kind)) kinds.set(kind, measured(assumed));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
