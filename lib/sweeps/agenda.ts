import type { Rng } from "../engine/random.js";
import type { End } from "./ends.js";
import type { PlannedJob } from "./plan.js";

/** Which training of a plan a worker takes next, as far as it knows how the others are. */
export interface Agenda {
  /** One of the first trainings that may be open and whose needs are done; undefined where there is none. */
  next(rng: Rng): PlannedJob | undefined;
  /** Another process has it: it is not offered again until `offer`. */
  setAside(job: PlannedJob): void;
  /** Offers again what was set aside. */
  offer(jobs: readonly PlannedJob[]): void;
  ended(name: string, end: End): void;
  /** Trainings that others have, as far as is known. */
  aside(): readonly PlannedJob[];
  /** What trainings wait for that may still end well. */
  awaited(): readonly PlannedJob[];
}

/**
 * Begins with all of a plan open. A worker takes one of the first open trainings by chance, so that they are trained in the plan's order, and those of
 * many workers that begin at once rarely want the same: of twice as many as there are workers, and of more whenever it was taken all the same.
 */
export function agendaOf(jobs: readonly PlannedJob[], { among }: { among: number }): Agenda {
  const ends = new Map<string, End>();
  const blocked = new Map<string, PlannedJob[]>();
  const aside = new Set<PlannedJob>();
  const gone = new Set<PlannedJob>();
  let window = 2 * among;
  let ready: PlannedJob[] = [];
  const byName = new Map(jobs.map((job) => [job.name, job]));

  /** Offers a training, or keeps it until the first of its needs that is not there. */
  function sort(job: PlannedJob): void {
    const need = job.needs.find(({ name }) => ends.get(name) !== "finished");
    if (!need) return void ready.push(job);
    const others = blocked.get(need.name);
    if (others) others.push(job);
    else blocked.set(need.name, [job]);
  }
  const inOrder = () => ready.sort((one, other) => one.at - other.at);
  jobs.forEach(sort);

  return {
    next(rng) {
      if (gone.size > 1000) {
        ready = ready.filter((job) => !gone.has(job));
        gone.clear();
      }
      const first: PlannedJob[] = [];
      for (let at = 0; at < ready.length && first.length < window; at++)
        if (!gone.has(ready[at])) first.push(ready[at]);
      return first.length === 0 ? undefined : first[rng.integer(0, first.length)];
    },
    setAside(job) {
      gone.add(job);
      aside.add(job);
      window = Math.min(2 * window, jobs.length);
    },
    ended(name, end) {
      const job = byName.get(name);
      if (!job || ends.has(name)) return;
      ends.set(name, end);
      gone.add(job);
      aside.delete(job);
      const others = blocked.get(name);
      if (end !== "finished" || !others) return;
      blocked.delete(name);
      others.forEach(sort);
      inOrder();
    },
    aside: () => [...aside],
    offer(again) {
      ready = ready.filter((job) => !gone.has(job));
      gone.clear();
      for (const job of again) if (aside.delete(job)) ready.push(job);
      inOrder();
    },
    awaited() {
      const mayEnd = (job: PlannedJob): boolean =>
        !ends.has(job.name) && job.needs.every((need) => ends.get(need.name) === "finished" || mayEnd(need));
      return [...blocked.keys()].flatMap((name) => byName.get(name) ?? []).filter(mayEnd);
    },
  };
}
