import type { Rng } from "../engine/random.js";

/** Which statistic, how often and how sure. */
export interface BootstrapOptions {
  statistic?: (values: Float64Array) => number;
  resamples?: number;
  confidence?: number;
}

/** Percentile interval of the bootstrap (Efron 1979): of a statistic, the mean by default, over samples drawn from the values with replacement. */
export function bootstrap(
  values: readonly number[],
  rng: Rng,
  { statistic = mean, resamples = 10_000, confidence = 0.95 }: BootstrapOptions = {},
): [number, number] {
  if (values.length === 0) throw new RangeError("found no values, expected at least one");
  const sample = new Float64Array(values.length);
  const found = Float64Array.from({ length: resamples }, () =>
    statistic(sample.map(() => values[rng.integer(0, values.length)])),
  ).sort();
  return [quantile(found, (1 - confidence) / 2), quantile(found, (1 + confidence) / 2)];
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** With linear interpolation between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)] - below);
}
