import { Problem } from "../../problem.js";
import type { Description } from "./description.js";
import type { Inspected } from "./inspecting.js";

type Class = Description["classes"][number];

// Okabe & Ito's colours, those that stand out on grey first; darker each time they come round
const colors = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [204, 121, 167],
  [213, 94, 0],
  [0, 114, 178],
] as const;

function colorOf(at: number): Class["color"] {
  const darker = 0.85 ** Math.floor(at / colors.length);
  const [red, green, blue] = colors[at % colors.length].map((part) => Math.round(part * darker));
  return [red, green, blue];
}

/**
 * The classes of label files: the values that occur, or those that have names if any has, by size, 0 always first.
 * Throws a Problem where a value occurs that is not among the names, and where nothing but 0 does.
 */
export function classesOf(
  cases: readonly Pick<Inspected, "values" | "label">[],
  names: ReadonlyMap<number, string> = new Map(),
  ignored?: number,
): Class[] {
  const foundIn = new Map<number, string>();
  for (const { values = [], label = "" } of cases) for (const [value] of values) foundIn.set(value, label);
  if (ignored !== undefined) foundIn.delete(ignored);
  if (names.size > 0) {
    const unknown = [...foundIn].find(([value]) => value !== 0 && !names.has(value));
    if (unknown)
      throw new Problem(
        `${unknown[1]}: found the label ${unknown[0]}, expected only ${[...names.keys()].sort((a, b) => a - b).join(", ")}; correct the file or the names of the classes`,
      );
  }
  const values = [...new Set([0, ...(names.size > 0 ? names : foundIn).keys()])].sort((a, b) => a - b);
  if (![...foundIn.keys()].some((value) => value > 0))
    throw new Problem(
      "no label holds anything but background (0), expected at least one class; label some scans first",
    );
  return values.map((value, at) => ({
    name: names.get(value) ?? (value === 0 ? "background" : `label ${value}`),
    color: at === 0 ? ([0, 0, 0] as const) : colorOf(at - 1),
    value,
  }));
}

/** Of every class the share of labelled voxels, and in how many cases it is. */
export function sharesOf(
  classes: readonly Class[],
  cases: readonly Pick<Inspected, "values">[],
): Description["found"]["classes"] {
  const counts = classes.map(({ value }) => cases.map(({ values }) => values?.get(value) ?? 0));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const all = sum(counts.map(sum));
  return classes.map(({ name }, at) => ({
    name,
    percent: Number(((100 * sum(counts[at])) / all).toPrecision(3)),
    cases: counts[at].filter((count) => count > 0).length,
  }));
}
