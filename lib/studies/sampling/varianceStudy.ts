import { stream } from "../../engine/random.js";
import { lookUp } from "../../lookUp.js";
import type { VariancePoint } from "../../plots/charts/varianceCurves.js";
import { gridGroups } from "../../samplers/groups.js";
import { samplers } from "../../samplers/index.js";
import { variances } from "../../samplers/variance.js";
import { fixed } from "../../written.js";
import type { LossField } from "./lossField.js";
import { observe } from "./observe.js";

/** What is varied, and how often is drawn. */
export interface VarianceStudyOptions {
  /** Samplers by their names, registered ones too, of which no theory is known. */
  samplers?: readonly string[];
  /** Pixels drawn. */
  counts?: readonly number[];
  /** Cells of the grid along each axis. */
  cells?: readonly number[];
  repeats?: number;
  seed?: number;
}

const compared = { NS: "ns", SG: "sg", SAG: "sag" } as const;

/** Variance of the mean loss against the pixels drawn, for grids from coarse to fine: by the theorem, and over repeated draws. */
export const varianceAgainstPixels = (
  field: LossField,
  {
    samplers: names = Object.values(compared),
    counts = [16, 32, 64, 128, 256, 512],
    cells = [2, 4, 8],
    repeats = 1000,
    seed = 0,
  }: VarianceStudyOptions = {},
): VariancePoint[] =>
  cells.flatMap((perSide) => {
    const groups = gridGroups(field.population, { cells: perSide });
    const estimated = { population: field.population, groups, quantity: field.losses };
    return counts.flatMap((n) => {
      const { ns, sg, sag } = variances(field.losses, groups, n);
      const theory: Readonly<Partial<Record<string, number>>> = { ns, sg, sag };
      return names.map((name): VariancePoint => {
        const sampler = theory[name] === undefined ? name : name.toUpperCase();
        const rng = stream(seed, "variance", name, perSide, n);
        const { variance: observed, interval } = observe(lookUp(samplers, name, "sampler"), estimated, n, rng, {
          repeats,
        });
        return { sampler, x: n, setting: `${perSide} × ${perSide}`, theory: theory[name], observed, interval };
      });
    });
  });

/** Variance of the mean loss by the theorem against the number of groups, and the Neyman allocation's bound, for few and for many pixels. */
export const varianceAgainstGroups = (
  field: LossField,
  { counts = [32, 256, 2048], cells = [1, 2, 3, 4, 6, 8, 12, 16] }: Pick<VarianceStudyOptions, "counts" | "cells"> = {},
): VariancePoint[] => {
  const grids = cells.map((perSide) => gridGroups(field.population, { cells: perSide }));
  const different = grids.filter(({ count }, at) => grids.findIndex((other) => other.count === count) === at);
  return counts.flatMap((n) =>
    different.flatMap((groups) => {
      const { neyman, ...theory } = variances(field.losses, groups, n);
      const points = Object.entries(compared).map(([sampler, name]) => ({ sampler, theory: theory[name] }));
      return [...points, { sampler: "Neyman", theory: neyman }].map((point) => ({
        ...point,
        x: groups.count,
        setting: n,
      }));
    }),
  );
};

/** Whether the theorem's variances agree with those observed, in a sentence. */
export function agreement(points: readonly VariancePoint[]): string {
  const tested = points.flatMap(({ theory, interval }) => (theory && interval ? [{ theory, interval }] : []));
  const held = tested.filter(({ theory, interval: [low, high] }) => low <= theory && theory <= high).length;
  const missed = tested.length - held;
  const tolerated = 0.05 * tested.length + 2 * Math.sqrt(0.05 * 0.95 * tested.length);
  const expected = `${fixed(0.05 * tested.length, 1)} would by chance alone, if the theorem holds`;
  return `${missed} of ${tested.length} observed 95 % intervals leave the theorem's variance out (${expected}): ${
    missed <= tolerated ? "theory and observation agree" : "more than chance explains"
  }.`;
}
