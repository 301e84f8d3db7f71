import { stream } from "../../engine/random.js";
import type { VariancePoint } from "../../plots/charts/varianceCurves.js";
import { type Groups, gridGroups } from "../../samplers/groups.js";
import { samplers } from "../../samplers/index.js";
import { variances } from "../../samplers/variance.js";
import { fixed } from "../../written.js";
import { observe } from "./observe.js";
import type { LabeledSlice } from "./slice.js";

/** Which parts are tried, and how is drawn. */
export interface SymmetryOptions {
  /** Even parts of the variance in percent, from above 0 to 100. */
  parts?: readonly number[];
  n?: number;
  cells?: number;
  repeats?: number;
  seed?: number;
}

/**
 * Variances of SG and SAG on fields over a real region whose variance in every group is odd about the group's middle to one part (partners are opposite) and even to the other (partners are equal).
 * An even part of s gives partners the correlation ρ = 2s − 1, hence SAG 2s times the variance of SG.
 */
export function symmetryStudy(
  { population }: Pick<LabeledSlice, "population">,
  { parts = [2, 5, 10, 25, 50, 75, 100], n = 256, cells = 4, repeats = 1000, seed = 0 }: SymmetryOptions = {},
): VariancePoint[] {
  const groups = gridGroups(population, { cells });
  return parts.flatMap((part) => {
    const quantity = partlyEven(groups, part / 100);
    const theory = variances(quantity, groups, n);
    return (["sg", "sag"] as const).map((name): VariancePoint => {
      const rng = stream(seed, "symmetry", name, part);
      const { variance: observed, interval } = observe(samplers[name], { population, groups, quantity }, n, rng, {
        repeats,
      });
      return { sampler: name.toUpperCase(), x: part, theory: theory[name], observed, interval };
    });
  });
}

/** By the rank in its group a number whose variance there is 1, `part` of it even about the middle rank and the rest odd; groups of less than three members are 0, which have no such parts. */
export function partlyEven({ count, order, starts }: Groups, part: number): Float64Array {
  const field = new Float64Array(order.length);
  for (let m = 0; m < count; m++) {
    const members = order.subarray(starts[m], starts[m + 1]);
    if (members.length < 3) continue;
    const odd = standardised(members.length, (distance) => distance);
    const even = standardised(members.length, Math.abs);
    for (const [rank, position] of members.entries())
      field[position] = Math.sqrt(1 - part) * odd[rank] + Math.sqrt(part) * even[rank];
  }
  return field;
}

/** A function of the distance from the middle rank, with mean 0 and variance 1. */
function standardised(size: number, of: (distance: number) => number): Float64Array {
  const values = Float64Array.from({ length: size }, (_, rank) => of(rank - (size - 1) / 2));
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size);
  return values.map((value) => (value - mean) / sd);
}

/** From which even part on SAG has more variance than SG, in a sentence. */
export function symmetryFinding(points: readonly VariancePoint[]): string {
  const of = (sampler: string) => points.filter((point) => point.sampler === sampler);
  const ratios = of("SAG").map(({ x, theory = Number.NaN }, at) => ({
    x,
    ratio: theory / (of("SG")[at].theory ?? Number.NaN),
  }));
  const better = ratios.filter(({ ratio }) => ratio < 1 - 1e-9);
  const worse = ratios.filter(({ ratio }) => ratio > 1 + 1e-9);
  const most = Math.max(...ratios.map(({ ratio }) => ratio));
  return `SAG beats SG up to an even part of ${Math.max(...better.map(({ x }) => x))} % and loses from ${Math.min(...worse.map(({ x }) => x))} % on, at worst with ${fixed(most, 2)} times its variance`;
}
