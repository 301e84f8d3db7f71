import { Problem } from "../../problem.js";
import type { DataOptions } from "../benchmark.js";

/** Size and stride of the patches by which a whole volume is predicted, along x, y, z. */
export interface SlidingWindow {
  size: readonly number[];
  stride: readonly number[];
}

/** The sliding window that the options `patch` and `stride` describe, such as "112x112x80" and "18x18x4"; the size is that of training patches too. */
export function slidingWindowOf(benchmark: string, { patch, stride }: DataOptions): SlidingWindow {
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
  return { size, stride: steps };
}

/** Whole numbers from 1 along x, y, z, out of words such as "18x18x4"; undefined where they are none. */
export function threeOf(words: unknown): number[] | undefined {
  const found = /^([1-9]\d{0,3})[x×]([1-9]\d{0,3})[x×]([1-9]\d{0,3})$/.exec(String(words));
  return found?.slice(1).map(Number);
}
