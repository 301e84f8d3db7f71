import { benchmarks } from "../../benchmarks/index.js";
import { lookUp } from "../../lookUp.js";
import { Problem } from "../../problem.js";
import type { StepApart, StepEvent } from "./apart.js";

/** The first event of a step with this name. Throws a Problem where there was none. */
export function eventOf({ events }: Pick<StepApart, "events">, name: string): StepEvent {
  const found = events.find((event) => event.name === name);
  if (found) return found;
  const names = [...new Set(events.map((event) => event.name))].join(", ");
  throw new Problem(
    `step: found no "${name}" among ${names || "no events"}; another method or another option was taken apart`,
  );
}

/** The classes that a step compared, with the number that it told under such a name: "draw of class 2" for "draw". */
export function byClass(
  { events }: Pick<StepApart, "events">,
  name: string,
): { class: number; values: ArrayLike<number> }[] {
  return events.flatMap((event) => {
    const [, what, of] = /^(.*) of class (\d+)$/.exec(event.name) ?? [];
    return what === name ? [{ class: Number(of), values: event.values }] : [];
  });
}

/** What a step told, in order, one row for each kind of event that follows itself. */
export function eventRows({ events }: Pick<StepApart, "events">): { event: string; times: number; numbers: number }[] {
  const rows: { event: string; times: number; numbers: number }[] = [];
  for (const { name, values } of events) {
    const last = rows[rows.length - 1];
    if (last?.event === name) {
      last.times++;
      last.numbers += values.length;
    } else rows.push({ event: name, times: 1, numbers: values.length });
  }
  return rows;
}

/** For each class that a step compares: the pixels that may be queries, the draws, how many pixels those are, and the negatives they share. */
export function populationRows(apart: Pick<StepApart, "events" | "config">): Record<string, string | number>[] {
  const { classes } = lookUp(benchmarks, apart.config.benchmark, "benchmark");
  const [draws, negatives] = ["draw", "negatives"].map((name) => byClass(apart, name));
  return byClass(apart, "population").map(({ class: of, values }, at) => ({
    class: classes[of].name,
    "available pixels": values.length,
    queries: draws[at].values.length,
    "different ones": new Set(Array.from(draws[at].values)).size,
    negatives: negatives[at].values.length,
  }));
}
