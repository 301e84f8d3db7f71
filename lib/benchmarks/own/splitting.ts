import { stream } from "../../engine/random.js";
import { Problem } from "../../problem.js";
import type { Description } from "./description.js";

/** How many labelled cases are kept for choosing the best weights and for the test; proposed where left out. */
export interface SplitOptions {
  validation?: number;
  test?: number;
  seed?: number;
}

/** Of the labelled cases a fifth for the test, a tenth for validation; where there are fewer than four, none for validation. */
const proposed = (count: number) => ({
  test: Math.max(1, Math.round(count / 5)),
  validation: count < 4 ? 0 : Math.max(1, Math.round(count / 10)),
});

/** Shares out the labelled cases by a seed, whatever order they come in; cases without a label are trained on without one. */
export function splitOf(
  labeled: readonly string[],
  unlabeled: readonly string[],
  { seed = 0, ...asked }: SplitOptions = {},
): Description["split"] {
  const { test = proposed(labeled.length).test, validation = proposed(labeled.length).validation } = asked;
  if (test < 1)
    throw new Problem(
      `--test: found ${test}, expected at least 1: every run ends with its test; with few labels keep one case for it`,
    );
  if (labeled.length < test + validation + 1)
    throw new Problem(
      `found ${labeled.length} labelled case${labeled.length === 1 ? "" : "s"}, expected at least ${test + validation + 1}: 1 to train on, ${validation} for validation and ${test} for the test; label more scans, or ask for fewer with --validation and --test`,
    );
  const sorted = [...labeled].sort();
  const drawn = [...stream(seed, "own", "split").permutation(sorted.length)].map((i) => sorted[i]);
  return {
    labeled: drawn.slice(test + validation),
    unlabeled: [...unlabeled].sort(),
    validation: drawn.slice(test, test + validation),
    test: drawn.slice(0, test),
  };
}

/** Numbers of labelled cases to train with: 1, 3, 10, 30, … up to all of them, each subset within the next. */
export function choicesOf(count: number): number[] {
  const fewer = [1, 3, 10, 30, 100, 300, 1000, 3000].filter((few) => few < count);
  return [...fewer, count];
}
