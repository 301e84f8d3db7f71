import type { Rng } from "../engine/random.js";

/** Where every pixel of a warped image comes from, in pixels down and to the right. */
export interface Warp {
  down: Float32Array; // [height, width]
  right: Float32Array; // [height, width]
  shape: readonly [number, number];
}

/**
 * A random smooth and invertible warp: a velocity field on a coarse grid with Euclidean length `strength` (in units of half the image),
 * integrated by scaling and squaring (the released code's AdvMorph: 32 × 32, 1.5, 8 squarings).
 */
export function drawElastic(
  shape: readonly [number, number],
  rng: Rng,
  { grid = 32, strength = 1.5, squarings = 8 }: { grid?: number; strength?: number; squarings?: number } = {},
): Warp {
  const velocity = Float32Array.from({ length: 2 * grid * grid }, () => rng.normal());
  const length = Math.hypot(...velocity);
  const [height, width] = shape;
  const part = (at: number, size: number) =>
    enlarged(velocity.subarray(at * grid * grid, (at + 1) * grid * grid), grid, shape).map(
      (value) => ((value / length) * strength * (size - 1)) / 2 / 2 ** squarings,
    );
  let warp: Warp = { down: part(0, height), right: part(1, width), shape };
  for (let i = 0; i < squarings; i++) warp = twice(warp);
  return warp;
}

/** The warp after itself. */
function twice(warp: Warp): Warp {
  const both = (of: Float32Array) => of.map((value, i) => value + linear(of, warp.shape, ...placeOf(warp, i)));
  return { ...warp, down: both(warp.down), right: both(warp.right) };
}

/** An image [height, width] warped with linear interpolation; outside is 0. */
export function warpImage(image: Float32Array, warp: Warp): Float32Array {
  return image.map((_, i) => {
    const [y, x] = placeOf(warp, i);
    return isInside(warp.shape, y, x) ? linear(image, warp.shape, y, x) : 0;
  });
}

/** For every pixel of a warped label map the nearest pixel it comes from, −1 = from outside. */
export function warpSources(warp: Warp): Int32Array {
  return Int32Array.from(warp.down, (_, i) => {
    const [y, x] = placeOf(warp, i).map(Math.round);
    return isInside(warp.shape, y, x) ? y * warp.shape[1] + x : -1;
  });
}

const placeOf = ({ down, right, shape }: Warp, i: number): [number, number] => [
  Math.floor(i / shape[1]) + down[i],
  (i % shape[1]) + right[i],
];

const isInside = ([height, width]: readonly number[], y: number, x: number) =>
  y >= 0 && x >= 0 && y <= height - 1 && x <= width - 1;

/** Linear interpolation; beyond the border its last value. */
function linear(plane: Float32Array, [height, width]: readonly number[], y: number, x: number): number {
  const [top, left] = [clamp(Math.floor(y), height - 1), clamp(Math.floor(x), width - 1)];
  const [bottom, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
  const [b, r] = [Math.min(1, Math.max(0, y - top)), Math.min(1, Math.max(0, x - left))];
  const row = (at: number) => plane[at * width + left] * (1 - r) + plane[at * width + right] * r;
  return row(top) * (1 - b) + row(bottom) * b;
}

const clamp = (value: number, last: number) => Math.min(Math.max(value, 0), last);

/** A square field on another grid, corners on corners. */
function enlarged(field: Float32Array, grid: number, [height, width]: readonly [number, number]): Float32Array {
  const scale = (size: number) => (size > 1 ? (grid - 1) / (size - 1) : 0);
  return Float32Array.from({ length: height * width }, (_, i) =>
    linear(field, [grid, grid], Math.floor(i / width) * scale(height), (i % width) * scale(width)),
  );
}
