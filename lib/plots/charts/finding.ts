import { decision, fewestPairs } from "../../statistics/decision.js";
import type { Paired } from "../../statistics/paired.js";
import { fixed, significant } from "../../written.js";

/** "From 0.724 (one arm) to 0.833 (another)": the lowest and the highest of some named values. */
export function fromTo(values: readonly { name: string; value: number }[]): string {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  if (low.name === high.name) return `${low.name}: ${short(low.value)}`;
  const [from, to] = distinct(low.value, high.value);
  return `From ${from} (${low.name}) to ${to} (${high.name})`;
}

/** The widest distance between two seeds of one arm; nothing where each arm has one seed. */
export function apart(groups: readonly (readonly number[])[]): string {
  const widest = Math.max(...groups.map((values) => Math.max(...values) - Math.min(...values)));
  if (groups.every(({ length }) => length < 2)) return "";
  return widest > 0 ? `; seeds of one arm lie up to ${short(widest)} apart` : "; seeds of one arm give the same";
}

/** How many of some differences have intervals without zero, in a sentence. */
export function clear(differences: readonly { name: string; difference: Paired }[], baseline: string): string {
  const known = differences.filter(({ difference }) => decision(difference) !== "too few");
  const found = known.filter(({ difference }) => decision(difference) === "decided");
  if (known.length === 0)
    return `Fewer than ${fewestPairs} pairs of seeds: whether the difference to “${baseline}” is noise is not known`;
  if (known.length === 1)
    return `The difference to “${baseline}” ${found.length ? "is larger than" : "lies within"} the noise of the seeds`;
  return `${found.length} of ${known.length} differences to “${baseline}” are larger than the noise of the seeds`;
}

/** Two numbers with as many digits as it takes to tell them apart, where they are not equal. */
function distinct(low: number, high: number): [string, string] {
  const digits = low === high ? undefined : [3, 4, 5, 6].find((n) => significant(low, n) !== significant(high, n));
  if (short(low) !== short(high) || digits === undefined) return [short(low), short(high)];
  return [significant(low, digits), significant(high, digits)];
}

/** A number with three digits that count, without a needless exponent. */
export const short = (value: number) =>
  Math.abs(value) >= 0.0995 || value === 0 ? fixed(value, 3) : significant(value, 2);
