import type { Rng } from "../../engine/random.js";

/** Where every pixel of a warped image comes from, in pixels down and to the right of itself; never from outside. */
export interface Warp {
  down: Float32Array; // [height, width]
  right: Float32Array; // [height, width]
  shape: readonly [number, number];
}

/** The random warp; the released code's values are the defaults. */
export interface ElasticOptions {
  /** Nodes of the velocity field along each axis; one for eight pixels of the width. */
  grid?: number;
  /** Euclidean length of the velocity field, in units of half the image; its negative gives the inverse warp. */
  strength?: number;
  /** The field is integrated in 2 to this number of steps. */
  squarings?: number;
}

/**
 * A random smooth and invertible warp (the released code's AdvMorph): a velocity field drawn on a coarse grid and smoothed, integrated by scaling and squaring, smoothed again.
 * What would come from outside comes from the border.
 */
export function drawElastic(
  shape: readonly [number, number],
  rng: Rng,
  { grid = Math.max(2, Math.floor(shape[1] / 8)), strength = 1.5, squarings = 8 }: ElasticOptions = {},
): Warp {
  const velocity = Float32Array.from({ length: 2 * grid * grid }, () => rng.uniform(-1, 1));
  const length = Math.sqrt(velocity.reduce((sum, value) => sum + value * value, 0));
  const part = (at: number, size: number) => {
    const nodes = smooth(velocity.subarray(at * grid * grid, (at + 1) * grid * grid), [grid, grid]);
    const scale = (strength * (size - 1)) / 2 / length / 2 ** squarings;
    return enlarged(nodes, grid, shape).map((value) => value * scale);
  };
  let warp: Warp = { down: part(0, shape[0]), right: part(1, shape[1]), shape };
  for (let i = 0; i < squarings; i++) warp = composed(warp, warp);
  return inside({ down: smooth(warp.down, shape), right: smooth(warp.right, shape), shape });
}

/** The warp that takes every pixel from where `second` takes the place that `first` takes it from. */
export function composed(first: Warp, second: Warp): Warp {
  const { down, right, shape } = inside(first);
  const at = { down: sampled(second.down, first), right: sampled(second.right, first) };
  return {
    down: down.map((value, i) => value + at.down[i]),
    right: right.map((value, i) => value + at.right[i]),
    shape,
  };
}

/** An image [height, width] warped with linear interpolation. */
export const warpImage = (image: Float32Array, warp: Warp): Float32Array => sampled(image, warp);

/** For every pixel of a warped label map the nearest pixel it comes from. */
export function warpSources({ down, right, shape: [height, width] }: Warp): Int32Array {
  return Int32Array.from(down, (_, i) => {
    const y = clamp(Math.round(Math.floor(i / width) + down[i]), height - 1);
    return y * width + clamp(Math.round((i % width) + right[i]), width - 1);
  });
}

/** A plane at the places of a warp, with linear interpolation; beyond the border its last value. */
function sampled(plane: Float32Array, { down, right, shape: [height, width] }: Warp): Float32Array {
  const values = new Float32Array(down.length);
  for (let i = 0; i < values.length; i++)
    values[i] = linear(plane, height, width, Math.floor(i / width) + down[i], (i % width) + right[i]);
  return values;
}

/** The warp with every place moved to the border that it lies beyond. */
function inside({ down, right, shape: [height, width] }: Warp): Warp {
  return {
    down: down.map((value, i) => clamp(Math.floor(i / width) + value, height - 1) - Math.floor(i / width)),
    right: right.map((value, i) => clamp((i % width) + value, width - 1) - (i % width)),
    shape: [height, width],
  };
}

function linear(plane: Float32Array, height: number, width: number, down: number, right: number): number {
  const [y, x] = [clamp(down, height - 1), clamp(right, width - 1)];
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [bottom, last] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
  const [b, r] = [y - top, x - left];
  const above = plane[top * width + left] * (1 - r) + plane[top * width + last] * r;
  return above * (1 - b) + (plane[bottom * width + left] * (1 - r) + plane[bottom * width + last] * r) * b;
}

const clamp = (value: number, last: number) => Math.min(Math.max(value, 0), last);

/** A square field on another grid, the centre of a node on that of its pixels. */
function enlarged(field: Float32Array, grid: number, [height, width]: readonly [number, number]): Float32Array {
  return Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [((Math.floor(i / width) + 0.5) * grid) / height - 0.5, (((i % width) + 0.5) * grid) / width - 0.5];
    return linear(field, grid, grid, y, x);
  });
}

const radius = 3;
const gaussian = Float32Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp(-((k - radius) ** 2) / 2));
const total = gaussian.reduce((sum, weight) => sum + weight, 0);

/** A Gaussian of one pixel's width over a plane; outside is 0, which holds the border still. */
function smooth(plane: Float32Array, [height, width]: readonly [number, number]): Float32Array {
  const along = (of: Float32Array, length: number, step: number) =>
    of.map((_, i) => {
      const at = Math.floor(i / step) % length;
      let sum = 0;
      for (let k = Math.max(-radius, -at); k <= Math.min(radius, length - 1 - at); k++)
        sum += gaussian[k + radius] * of[i + k * step];
      return sum / total;
    });
  return along(along(plane, width, 1), height, width);
}
