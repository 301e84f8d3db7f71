/** What one training reached: with which draw of the labelled cases, and which seed. */
export interface Replicate {
  draw: number;
  seed: number;
  value: number;
}

/** Numbers that are independent of one another, as a test takes them. */
export interface Observations {
  /** What each of them is: a training with its seed, or where there are several draws of the labelled cases, the mean over the seeds of a draw. */
  of: "seed" | "draw";
  values: readonly { number: number; value: number }[];
}

/**
 * The independent observations in some trainings. Trainings on the same labelled cases resemble each other, so that of several draws each counts once
 * (an interval over the seeds of one draw is about that draw alone).
 */
export function observations(replicates: readonly Replicate[]): Observations {
  const draws = byDraw(replicates);
  if (draws.size < 2) return { of: "seed", values: replicates.map(({ seed, value }) => ({ number: seed, value })) };
  return { of: "draw", values: [...draws].map(([number, values]) => ({ number, value: meanOf(values) })) };
}

/** Second minus first wherever both have a training with the same draw and seed, in the order of the second. */
export function differences(first: readonly Replicate[], second: readonly Replicate[]): Replicate[] {
  return second.flatMap(({ draw, seed, value }) =>
    first
      .filter((one) => one.draw === draw && one.seed === seed)
      .map((one) => ({ draw, seed, value: value - one.value })),
  );
}

/** Standard deviations between the seeds of a draw, and between draws; what cannot be told from so few is undefined. */
export interface SpreadParts {
  seeds?: number;
  draws?: number;
}

/** How much of the spread comes from seeds and how much from which cases are labelled: the variance components of a one-way layout (negative ones are 0). */
export function spreadParts(replicates: readonly Replicate[]): SpreadParts {
  const draws = [...byDraw(replicates).values()];
  const within = sum(draws.map((values) => sum(values.map((value) => (value - meanOf(values)) ** 2))));
  const freedom = replicates.length - draws.length;
  if (freedom < 1) return {};
  const seeds = within / freedom;
  if (draws.length < 2) return { seeds: Math.sqrt(seeds) };
  const means = draws.map(meanOf);
  const between = sum(means.map((mean) => (mean - meanOf(means)) ** 2)) / (draws.length - 1);
  const perMean = meanOf(draws.map((values) => 1 / values.length)) * seeds; // what the seeds alone make of a draw's mean
  return { seeds: Math.sqrt(seeds), draws: Math.sqrt(Math.max(0, between - perMean)) };
}

function byDraw(replicates: readonly Replicate[]): Map<number, number[]> {
  const draws = new Map<number, number[]>();
  for (const { draw, value } of replicates) draws.set(draw, [...(draws.get(draw) ?? []), value]);
  return draws;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const meanOf = (values: readonly number[]) => sum(values) / values.length;
