import { stream } from "../engine/random.js";

/** Training examples (or cases), of which the first so many are labelled. */
export interface Labeling<T> {
  all: readonly T[];
  labeled: number;
}

/**
 * As many labelled patients as a split has, drawn by a seed: 0 leaves the split as it is, and with the same seed fewer patients are among more.
 * Whole patients are drawn, also where the split cuts one. Labelled and other examples stay in the order of the split.
 */
export function drawLabeled<T>(
  { all, labeled }: Labeling<T>,
  seed: number,
  { patientOf, hasLabel = () => true }: { patientOf(one: T): string; hasLabel?(one: T): boolean },
): Labeling<T> {
  if (seed === 0) return { all, labeled };
  const patients = (some: readonly T[]) => [...new Set(some.map(patientOf))];
  const pool = patients(all.filter(hasLabel)).sort(); // the draw does not depend on the order of a list
  const drawn = stream(seed, "labelled cases").permutation(pool.length);
  const count = patients(all.slice(0, labeled)).length;
  const chosen = new Set([...drawn.subarray(0, count)].map((at) => pool[at]));
  const isChosen = (one: T) => chosen.has(patientOf(one)) && hasLabel(one);
  const first = all.filter(isChosen);
  return { all: [...first, ...all.filter((one) => !isChosen(one))], labeled: first.length };
}
