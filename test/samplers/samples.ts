import fc from "fast-check";
import { stream } from "../../lib/engine/random.js";
import { type Groups, gridGroups, groupsOf } from "../../lib/samplers/groups.js";
import { type Population, populationOf } from "../../lib/samplers/population.js";
import type { SamplerOptions } from "../../lib/samplers/sampler.js";

/** A population in groups, and a quantity on it. */
export interface Sample {
  population: Population;
  groups: Groups;
  h: number[];
}

/** Whether a draw is possible, and its outcomes few enough to count: by reflection without replacement, all orders of the pixels that have no reflection are among them. */
export function countable({ population }: Sample, n: number, { replacement = true, pairing }: SamplerOptions): boolean {
  const size = population.pixels.length;
  if (replacement) return size ** n < 3000;
  return n <= Math.min(4, size) && (pairing !== "geometric" || size < 6);
}

/** A population that is a row of pixels. */
export const row = (length: number): Population => ({
  pixels: Int32Array.from({ length }, (_, i) => i),
  shape: [length],
});

/** All pixels of images. */
export const full = (shape: readonly number[], images = 1): Population => ({
  ...row(shape.reduce((product, side) => product * side, images)),
  shape,
});

/** Normal numbers. */
export function numbers(length: number, name: string): number[] {
  const rng = stream(0, name);
  return Array.from({ length }, () => rng.normal());
}

const value = fc.double({ min: -10, max: 10, noNaN: true, noDefaultInfinity: true });

/** Any labelling of a few pixels, small enough that every outcome of a draw can be counted. */
export const labelled: fc.Arbitrary<Sample> = fc
  .array(fc.tuple(fc.nat(3), value), { minLength: 1, maxLength: 9 })
  .map((pixels) => ({
    population: row(pixels.length),
    groups: groupsOf(pixels.map(([label]) => label)),
    h: pixels.map(([, h]) => h),
  }));

/** Any mask on images or volumes of some shapes, on a grid. */
export const masked = (shapes: readonly number[][], most: number): fc.Arbitrary<Sample> =>
  fc
    .tuple(
      fc.constantFrom(...shapes),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom("image" as const, "batch" as const),
    )
    .chain(([shape, images, cells, scope]) => {
      const size = shape.reduce((product, side) => product * side, images);
      return fc
        .tuple(
          fc.subarray([...Array(size).keys()], { minLength: 1, maxLength: Math.min(most, size) }),
          fc.array(value, { minLength: size, maxLength: size }),
        )
        .map(([chosen, values]) => {
          const mask = new Uint8Array(size);
          for (const pixel of chosen) mask[pixel] = 1;
          const population = populationOf(mask, shape);
          return { population, groups: gridGroups(population, { cells, scope }), h: values.slice(0, chosen.length) };
        });
    });

/** Masks with so few pixels that every outcome of a draw can be counted, in 2D and 3D. */
export const small = masked(
  [
    [3, 3],
    [4, 2],
    [2, 2, 2],
    [3, 1, 2],
    [2, 2, 4], // cells of two voxels, too
  ],
  7,
);

const inOppositeCorners: Population = { pixels: Int32Array.of(0, 1, 14, 15), shape: [2, 2, 4] };

/** Voxels of a volume in two cells of two. */
export const twoPairs = { population: inOppositeCorners, groups: gridGroups(inOppositeCorners, { cells: 2 }) };

/** Masks of a size at which only laws can be checked. */
export const large = masked(
  [
    [16, 16],
    [9, 21],
    [6, 5, 7],
  ],
  400,
);
