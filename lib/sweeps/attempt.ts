import { hostname } from "node:os";
import { DiskProblem } from "../disk.js";
import { divergedAt } from "../runs/diverged.js";
import { deathsIn } from "../runs/holder.js";
import { trainHere } from "../runs/jobHere.js";
import type { Ended, Heard, Order } from "../runs/jobMessages.js";
import { type Held, lookAnew } from "../runs/run.js";
import { runState } from "../runs/state.js";
import { parseConfig } from "../training/config/schema.js";
import type { End } from "./ends.js";
import type { Places } from "./places.js";
import type { Plan, PlannedJob } from "./plan.js";

/** What an attempt is told. */
export interface AttemptOptions {
  /** Ends the training after the step it is in, with its state saved. */
  signal: AbortSignal;
  onStart?: (job: PlannedJob) => void;
  onStep?: (heard: Heard) => void;
  /** How each is trained, as far as its result does not depend on it. */
  ways?: Pick<Order, "workers" | "sideBySide" | "checkpointEvery">;
  /** Trains one run; anything that ends as a training does may stand in its place. */
  train?: (order: Order, told: { signal: AbortSignal; hear: (heard: Heard) => void; held: Held }) => Promise<Ended>;
}

/** How often a training is begun again whose processes die. */
export const mostDeaths = 10;

/** What came of an attempt: why it failed in words, and the steps that were trained now; absent where it had ended before. */
export interface Attempted {
  end: End;
  words: string;
  steps?: number;
}

/**
 * Trains a run that this process has claimed, from where it stands to its end; undefined where the signal stopped it.
 * Throws a DiskProblem where the disk fails: the training stays as it is, and is not to blame.
 */
export async function attempt(
  places: Places,
  { threads }: Plan,
  job: PlannedJob,
  held: Held,
  { signal, onStart, onStep, ways, train = trainHere }: AttemptOptions,
): Promise<Attempted | undefined> {
  const before = endBefore(places, job, held);
  if (before) return before;
  onStart?.(job);
  let first: number | undefined;
  let last = 0;
  const hear = (heard: Heard) => {
    if (heard.kind === "step") {
      last = heard.progress.step;
      first ??= last - 1;
    }
    onStep?.(heard);
  };
  const { phase, code: digest, again, goOn } = job;
  const config = parseConfig(job.config, `${places.plan}: ${job.name}`);
  const order: Order = {
    ...{ ...ways, config, phase, runs: places.runs, digest, threads, goOn },
    again: again && "otherCode",
  };
  const ended = await train(order, { signal, hear, held });
  const steps = last - (first ?? last);
  if (ended.kind === "stopped") return undefined;
  if (ended.kind === "finished") return { end: "finished", words: "", steps };
  if (ended.disk) throw new DiskProblem(ended.disk.path, ended.disk.reason);
  const end = divergedAt(held.folder) === undefined ? "failed" : "diverged";
  return { end, words: `${ended.stack ?? ended.message}\n(process ${process.pid} on ${hostname()})`, steps };
}

/** How a run has ended before this attempt: by itself, or because its processes die. */
function endBefore({ logs }: Places, { config, phase }: PlannedJob, { folder }: Held): Attempted | undefined {
  lookAnew(folder);
  const { state } = runState(folder, config, phase);
  if (state === "finished" || state === "diverged") return { end: state, words: "" };
  const dead = deathsIn(folder);
  if (dead.length < mostDeaths) return undefined;
  const words = `${dead.length} processes died while they trained it, ${dead.at(-1)} last; look at what they said (${logs}), and whether the memory suffices`;
  return { end: "failed", words };
}
