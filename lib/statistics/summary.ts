import quantile from "@stdlib/stats-base-dists-t-quantile";

/** Mean and spread of some numbers; what cannot be known from so few is undefined. */
export interface Summary {
  n: number;
  mean: number;
  /** Sample standard deviation (n − 1); undefined for fewer than two numbers. */
  sd?: number;
  /** Standard error of the mean; undefined for fewer than two numbers. */
  standardError?: number;
  /** Student's t interval of the mean; undefined for fewer than two numbers. */
  interval?: readonly [number, number];
}

/** Mean, standard deviation and confidence interval of the mean. An empty list has the mean NaN. */
export function summary(values: readonly number[], { confidence = 0.95 } = {}): Summary {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { n, mean };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const standardError = sd / Math.sqrt(n);
  const half = quantile((1 + confidence) / 2, n - 1) * standardError;
  return { n, mean, sd, standardError, interval: [mean - half, mean + half] };
}
