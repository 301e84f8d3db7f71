import type { Rng } from "../../engine/random.js";
import type { Groups } from "../../samplers/groups.js";
import type { Population } from "../../samplers/population.js";
import type { Sampler, SamplerOptions } from "../../samplers/sampler.js";
import { summary } from "../../statistics/summary.js";

/** What is estimated from draws: a quantity on a population in groups. */
export interface Estimated {
  population: Population;
  groups: Groups;
  quantity: ArrayLike<number>;
}

/** What repeated draws of n pixels showed. */
export interface Observed {
  /** Mean error of the estimated mean, 0 in expectation for an unbiased sampler. */
  bias: number;
  biasInterval: readonly [number, number];
  /** Mean squared error, which is the variance of an unbiased sampler, with its 95 % interval. */
  variance: number;
  interval: readonly [number, number];
}

/** How often is drawn, and how. */
export interface ObserveOptions extends SamplerOptions {
  repeats?: number;
}

/** Draws n pixels again and again and compares the estimated mean of a quantity with its mean over all pixels. */
export function observe(
  sampler: Pick<Sampler, "draw">,
  { population, groups, quantity }: Estimated,
  n: number,
  rng: Rng,
  { repeats = 1000, ...options }: ObserveOptions = {},
): Observed {
  const centred = aboutMean(quantity);
  const errors = Array.from({ length: repeats }, () => {
    const { index, weight } = sampler.draw(population, groups, n, rng, options);
    let error = 0;
    for (let i = 0; i < n; i++) error += weight[i] * centred[index[i]];
    return error;
  });
  const { mean: bias, interval: biasInterval = [bias, bias] } = summary(errors);
  const { mean: variance, interval = [variance, variance] } = summary(errors.map((error) => error ** 2));
  return { bias, biasInterval, variance, interval };
}

/** A quantity less its mean: losses differ in their third digit only, and float32 weights would cover that up. */
export function aboutMean(quantity: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(quantity);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
