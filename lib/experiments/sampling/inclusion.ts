import { stream } from "../../engine/random.js";
import type { Inclusion } from "../../plots/inclusionMap.js";
import { gridGroups } from "../../samplers/groups.js";
import { type SamplerName, samplers } from "../../samplers/index.js";
import type { LabeledSlice } from "./slice.js";

/** How often a sampler drew each pixel, how often it should have, and how often it was to be expected. */
export interface Counted {
  sampler: SamplerName;
  /** Draws in all, n each time. */
  draws: number;
  counts: Float64Array;
  expected: Float64Array;
  /** Lowest and highest expected count over the ideal one. */
  least: number;
  most: number;
  /** χ² of the counts against all pixels equally often, and against what was expected, each over its degrees of freedom: about 1 where it fits, or less, as draws of one turn repel each other. */
  againstUniform: number;
  againstExpected: number;
}

/** How often is drawn. */
export interface CountOptions {
  n?: number;
  cells?: number;
  repeats?: number;
  seed?: number;
}

/** Draws n pixels of a class in a slice again and again, by every sampler, and counts. */
export function countDraws(
  { population }: Pick<LabeledSlice, "population">,
  { n = 64, cells = 8, repeats = 4000, seed = 0 }: CountOptions = {},
): Counted[] {
  const groups = gridGroups(population, { cells });
  return names.map((sampler) => {
    const counts = new Float64Array(population.pixels.length);
    const rng = stream(seed, "inclusion", sampler);
    for (let turn = 0; turn < repeats; turn++)
      for (const position of samplers[sampler].draw(population, groups, n, rng).index) counts[position]++;
    const expected = samplers[sampler].inclusion(population, groups, n).map((times) => times * repeats);
    const ideal = (n * repeats) / counts.length;
    return {
      sampler,
      draws: n * repeats,
      counts,
      expected,
      least: expected.reduce((a, b) => Math.min(a, b)) / ideal,
      most: expected.reduce((a, b) => Math.max(a, b)) / ideal,
      againstUniform: chiSquare(
        counts,
        expected.map(() => ideal),
      ),
      againstExpected: chiSquare(counts, expected),
    };
  });
}

const names = ["ns", "sg", "sag", "sgReleased", "sagReleased"] as const;

/** Over the degrees of freedom; pixels that are never expected do not count, unless they were drawn. */
function chiSquare(counts: Float64Array, expected: Float64Array): number {
  const sum = counts.reduce(
    (total, count, i) => (count === 0 && expected[i] === 0 ? total : total + (count - expected[i]) ** 2 / expected[i]),
    0,
  );
  return sum / (expected.filter((times) => times > 0).length - 1);
}

/** Maps of the counts, for a figure. */
export const inclusionPanels = ({ shape, population }: LabeledSlice, counted: readonly Counted[]): Inclusion => ({
  shape,
  population: population.pixels,
  panels: counted.map(({ sampler, counts }) => ({ title: samplers[sampler].title, counts })),
});

/** Rows of a table. */
export const inclusionRows = (counted: readonly Counted[]) =>
  counted.map(({ sampler, draws, least, most, againstUniform, againstExpected }) => ({
    sampler: samplers[sampler].title,
    draws,
    "least / ideal": least,
    "most / ideal": most,
    "χ² against uniform": againstUniform,
    "χ² against exact": againstExpected,
  }));

/** Which samplers favour pixels, in a sentence. */
export function inclusionFinding(counted: readonly Counted[]): string {
  const biased = counted.filter(({ least, most }) => most - least > 1e-9);
  const fair = counted.filter((one) => !biased.includes(one)).map(({ sampler }) => samplers[sampler].title);
  const words = biased.map(
    ({ sampler, least, most }) =>
      `${samplers[sampler].title} expects ${least.toFixed(2)} to ${most.toFixed(2)} times the ideal number of draws`,
  );
  const whole =
    fair.length > 0
      ? `Every pixel has the same chance in ${fair.join(", ")}`
      : "No sampler gives every pixel the same chance";
  return [whole, ...words].join("; ") + ".";
}
