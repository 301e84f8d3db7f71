import { Problem } from "../../problem.js";
import type { DataOptions } from "../benchmark.js";
import { oneOf } from "../choices.js";

/** Size and stride of the patches by which a whole volume is predicted, along x, y, z. */
export interface SlidingWindow {
  size: readonly number[];
  stride: readonly number[];
  /** How much a window's word counts at a voxel: alike everywhere in it, as published, unless told otherwise; or as a Gaussian about its middle, an eighth of its side wide (nnU-Net, MONAI). */
  weighting?: Weighting;
  /** Whether each patch, of a training and of a test alike, is brought to mean 0 and standard deviation 1 once more; else its values are those of the scan. */
  normalisation?: Normalisation;
}

const weightings = ["uniform", "gaussian"] as const;
/** How overlapping windows are averaged. */
export type Weighting = (typeof weightings)[number];

const normalisations = ["scan", "patch"] as const;
/** Over what the values that a network sees have their scale. */
export type Normalisation = (typeof normalisations)[number];

/** Options of data that came after runs were made, with what was done before: while they have it, they are no part of a run's identity. */
export const laterOptions: DataOptions = { normalisation: "scan" };

/**
 * The sliding window that the options `patch`, `stride`, `weighting` and `normalisation` describe, such as "112x112x80", "18x18x4", "uniform" and "scan"; size and normalisation
 * are those of training patches too.
 */
export function slidingWindowOf(
  benchmark: string,
  { patch, stride, weighting, normalisation }: DataOptions,
): SlidingWindow {
  const size = threeOf(patch);
  if (!size?.every((side) => side % 16 === 0))
    throw new Problem(
      `${benchmark}: option patch: found ${JSON.stringify(patch)}, expected three multiples of 16, which the V-Net can halve four times, such as 112x112x80`,
    );
  const steps = threeOf(stride);
  if (!steps?.every((step, axis) => step <= size[axis]))
    throw new Problem(
      `${benchmark}: option stride: found ${JSON.stringify(stride)}, expected three whole numbers that do not exceed the patch, ${size.join("x")}, such as 18x18x4`,
    );
  return {
    size,
    stride: steps,
    weighting: oneOf(benchmark, "weighting", weighting, weightings),
    normalisation: oneOf(benchmark, "normalisation", normalisation, normalisations),
  };
}

/** Whole numbers from 1 along x, y, z, out of words such as "18x18x4"; undefined where they are none. */
export function threeOf(words: unknown): number[] | undefined {
  const found = /^([1-9]\d{0,3})[x×]([1-9]\d{0,3})[x×]([1-9]\d{0,3})$/.exec(String(words));
  return found?.slice(1).map(Number);
}
