import { stream } from "../../engine/random.js";
import { lookUp } from "../../lookUp.js";
import type { Inclusion } from "../../plots/pictures/inclusionMap.js";
import { gridGroups } from "../../samplers/groups.js";
import { samplers } from "../../samplers/index.js";
import { fixed } from "../../written.js";
import type { LabeledSlice } from "./slice.js";

/** How often a sampler drew each pixel, how often it should have, and how often it was to be expected. */
export interface Counted {
  sampler: string;
  /** Draws in all, n each time. */
  draws: number;
  counts: Float64Array;
  expected: Float64Array;
  /** Lowest and highest expected count over the ideal one. */
  least: number;
  most: number;
  /**
   * χ²/df, Pearson's χ² over its degrees of freedom, of the counts against equal ones and against the expected ones:
   * about 1 where they agree, or less, as draws of one turn repel each other.
   */
  uniformFit: number;
  expectedFit: number;
}

/** How often is drawn. */
export interface CountOptions {
  /** Samplers by their names, registered ones too. */
  samplers?: readonly string[];
  n?: number;
  cells?: number;
  repeats?: number;
  seed?: number;
}

/** Draws n pixels of a class in a slice again and again, by the lab's samplers unless told otherwise, and counts. Throws a Problem for one that does not say its inclusion. */
export function countDraws(
  { population }: Pick<LabeledSlice, "population">,
  { samplers: chosen = names, n = 64, cells = 8, repeats = 4000, seed = 0 }: CountOptions = {},
): Counted[] {
  const groups = gridGroups(population, { cells });
  return chosen.map((sampler) => {
    const { draw, inclusion } = lookUp(samplers, sampler, "sampler");
    const counts = new Float64Array(population.pixels.length);
    const rng = stream(seed, "inclusion", sampler);
    for (let turn = 0; turn < repeats; turn++)
      for (const position of draw(population, groups, n, rng).index) counts[position]++;
    const expected = inclusion(population, groups, n).map((times) => times * repeats);
    const ideal = (n * repeats) / counts.length;
    return {
      sampler,
      draws: n * repeats,
      counts,
      expected,
      least: expected.reduce((a, b) => Math.min(a, b)) / ideal,
      most: expected.reduce((a, b) => Math.max(a, b)) / ideal,
      uniformFit: reducedChiSquare(
        counts,
        expected.map(() => ideal),
      ),
      expectedFit: reducedChiSquare(counts, expected),
    };
  });
}

const names = ["ns", "sg", "sag", "sgReleased", "sagReleased"] as const;

/** χ²/df; pixels that are never expected do not count, unless they were drawn. */
function reducedChiSquare(counts: Float64Array, expected: Float64Array): number {
  const sum = counts.reduce(
    (total, count, i) => (count === 0 && expected[i] === 0 ? total : total + (count - expected[i]) ** 2 / expected[i]),
    0,
  );
  return sum / (expected.filter((times) => times > 0).length - 1);
}

/** Maps of the counts of all samplers that have groups, for a figure. */
export const inclusionPanels = ({ shape, population }: LabeledSlice, counted: readonly Counted[]): Inclusion => ({
  shape,
  population: population.pixels,
  panels: counted
    .filter(({ sampler }) => sampler !== "ns")
    .map(({ sampler, counts }) => ({ title: shortOf(sampler), counts })),
});

const short: Readonly<Record<string, string>> = {
  ...{ ns: "NS", sg: "SG", sag: "SAG" },
  ...{ sgReleased: "SG as released", sagReleased: "SAG as released" },
};
const shortOf = (sampler: string) => short[sampler] ?? sampler;

/** Rows of a table. */
export const inclusionRows = (counted: readonly Counted[]) =>
  counted.map(({ sampler, draws, least, most, uniformFit, expectedFit }) => ({
    sampler: samplers[sampler].title,
    draws,
    "least / ideal": least,
    "most / ideal": most,
    "χ²/df against uniform": uniformFit,
    "χ²/df against exact": expectedFit,
  }));

/** Which samplers favour pixels, and whether the counts bear that out, a sentence each. */
export function inclusionFindings(counted: readonly Counted[]): string[] {
  const biased = counted.filter(({ least, most }) => most - least > 1e-9);
  const fair = counted.filter((one) => !biased.includes(one));
  const words = biased.map(
    ({ sampler, least, most }) =>
      `${shortOf(sampler)} between ${fixed(least, 2)} and ${fixed(most, 2)} times as often as it should`,
  );
  const titles = (of: readonly Counted[]) => of.map(({ sampler }) => shortOf(sampler)).join(", ");
  const off = counted.filter((one) => one.expectedFit > tolerated(one));
  const caught = biased.filter((one) => one.uniformFit > tolerated(one));
  return [
    `By the exact expectation every pixel is equally likely under ${titles(fair) || "no sampler"}${words.length > 0 ? `; ${words.join(", ")}` : ""}.`,
    `${off.length === 0 ? "All counts agree" : `The counts of ${titles(off)} disagree`} with the exact expectation; equal chances are refuted by the counts of ${titles(caught) || "no sampler"}.`,
  ];
}

/** Four standard deviations above what χ²/df is by chance; counts of partners go together, which doubles its variance. */
const tolerated = ({ counts }: Counted) => 1 + 4 * Math.sqrt(4 / (counts.length - 1));
