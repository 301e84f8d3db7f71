import type { Rng } from "../../engine/random.js";
import { sizeOf } from "../values.js";

/** Where every pixel of a warped image or volume comes from: along each axis, in pixels from itself; never from outside. */
export interface Warp {
  moves: readonly Float32Array[]; // one a axis, […shape]
  shape: readonly number[];
}

/** The random warp; the released code's values are the defaults. */
export interface ElasticOptions {
  /** Nodes of the velocity field along each axis; one for eight pixels of the last axis. */
  grid?: number;
  /** Euclidean length of the velocity field, in units of half the image; its negative gives the inverse warp. Of a volume's field each node is as fast, by its mean square, as one of an image's. */
  strength?: number;
  /** The field is integrated in 2 to this number of steps. */
  squarings?: number;
}

/**
 * A random smooth and invertible warp (the released code's AdvMorph, for any number of axes): a velocity field drawn on a coarse grid and smoothed,
 * integrated by scaling and squaring, smoothed again. What would come from outside comes from the border.
 */
export function drawElastic(
  shape: readonly number[],
  rng: Rng,
  { grid = Math.max(2, Math.floor(shape[shape.length - 1] / 8)), strength = 1.5, squarings = 8 }: ElasticOptions = {},
): Warp {
  const nodes = grid ** shape.length;
  const velocity = Float32Array.from({ length: shape.length * nodes }, () => rng.uniform(-1, 1));
  const squares = velocity.reduce((sum, value) => sum + value * value, 0);
  const length = Math.sqrt((squares / velocity.length) * 2 * grid ** 2); // of an image's field with this mean square
  let warp: Warp = {
    moves: shape.map((size, axis) => {
      const field = smooth(velocity.subarray(axis * nodes, (axis + 1) * nodes), Array(shape.length).fill(grid));
      const scale = (strength * (size - 1)) / 2 / length / 2 ** squarings;
      return enlarged(field, grid, shape).map((value) => value * scale);
    }),
    shape,
  };
  for (let i = 0; i < squarings; i++) warp = composed(warp, warp);
  return inside({ moves: warp.moves.map((move) => smooth(move, shape)), shape });
}

/** The warp that takes every pixel from where `second` takes the place that `first` takes it from. */
export function composed(first: Warp, second: Warp): Warp {
  const { moves, shape } = inside(first);
  const further = sampled(second.moves, first);
  return { moves: moves.map((move, axis) => move.map((value, i) => value + further[axis][i])), shape };
}

/** An image […shape] warped with linear interpolation. */
export const warpImage = (image: Float32Array, warp: Warp): Float32Array => sampled([image], warp)[0];

/** For every pixel of a warped label map the nearest pixel it comes from. */
export function warpSources({ moves, shape }: Warp): Int32Array {
  const steps = stepsOf(shape);
  return Int32Array.from(moves[0], (_, i) => {
    let from = 0;
    for (const [axis, size] of shape.entries())
      from += steps[axis] * clamp(Math.round(placeOf(i, steps[axis], size) + moves[axis][i]), size - 1);
    return from;
  });
}

/** Maps at the places of a warp, with linear interpolation; beyond the border their last values. */
function sampled(maps: readonly Float32Array[], { moves, shape }: Warp): Float32Array[] {
  const values = maps.map((map) => new Float32Array(map.length));
  const steps = stepsOf(shape);
  const axes = shape.length;
  const next = new Int32Array(axes); // to the neighbour behind, along each axis
  const shares = new Float64Array(axes); // of that neighbour
  for (let i = 0; i < moves[0].length; i++) {
    let first = 0;
    for (let axis = 0; axis < axes; axis++) {
      const last = shape[axis] - 1;
      const place = clamp(placeOf(i, steps[axis], shape[axis]) + moves[axis][i], last);
      const below = Math.floor(place);
      first += below * steps[axis];
      next[axis] = below < last ? steps[axis] : 0;
      shares[axis] = place - below;
    }
    for (let corner = 0; corner < 1 << axes; corner++) {
      let from = first;
      let weight = 1;
      for (let axis = 0; axis < axes; axis++)
        if ((corner >> axis) & 1) {
          from += next[axis];
          weight *= shares[axis];
        } else weight *= 1 - shares[axis];
      if (weight > 0) for (let at = 0; at < maps.length; at++) values[at][i] += weight * maps[at][from];
    }
  }
  return values;
}

/** The warp with every place moved to the border that it lies beyond. */
function inside({ moves, shape }: Warp): Warp {
  const steps = stepsOf(shape);
  const within = moves.map((move, axis) =>
    move.map((value, i) => {
      const own = placeOf(i, steps[axis], shape[axis]);
      return clamp(own + value, shape[axis] - 1) - own;
    }),
  );
  return { moves: within, shape };
}

const clamp = (value: number, last: number) => Math.min(Math.max(value, 0), last);

/** From a pixel to the next one along each axis. */
const stepsOf = (shape: readonly number[]) => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** The place of a pixel along an axis. */
const placeOf = (i: number, step: number, size: number) => Math.floor(i / step) % size;

/** A field of as many nodes along each axis on another grid, the centre of a node on that of its pixels. */
function enlarged(field: Float32Array, grid: number, shape: readonly number[]): Float32Array {
  return shape.reduce((coarse, length, axis) => {
    const inner = grid ** (shape.length - 1 - axis);
    const outer = coarse.length / grid / inner;
    const fine = new Float32Array(outer * length * inner);
    for (let at = 0; at < length; at++) {
      const place = clamp(((at + 0.5) * grid) / length - 0.5, grid - 1);
      const below = Math.floor(place);
      const [above, share] = [Math.min(below + 1, grid - 1), place - below];
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < inner; i++) {
          const node = (level: number) => coarse[(o * grid + level) * inner + i];
          fine[(o * length + at) * inner + i] = node(below) * (1 - share) + node(above) * share;
        }
    }
    return fine;
  }, field);
}

const radius = 3;
const gaussian = Float32Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp(-((k - radius) ** 2) / 2));
const total = gaussian.reduce((sum, weight) => sum + weight, 0);

/** A Gaussian of one pixel's width over a map; outside is 0, which holds the border still. */
function smooth(map: Float32Array, shape: readonly number[]): Float32Array {
  return stepsOf(shape).reduce(
    (of, step, axis) =>
      of.map((_, i) => {
        const at = placeOf(i, step, shape[axis]);
        let sum = 0;
        for (let k = Math.max(-radius, -at); k <= Math.min(radius, shape[axis] - 1 - at); k++)
          sum += gaussian[k + radius] * of[i + k * step];
        return sum / total;
      }),
    map,
  );
}
