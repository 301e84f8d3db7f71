import { gatherRows } from "../engine/ops/gather.js";
import * as tf from "../engine/tf.js";
import type { Pairs } from "../losses/pairContrast.js";
import { Problem } from "../problem.js";
import { matrix } from "./partitionPairs.js";

/** Length of a region along each axis. */
export const regionSize = 3;

/** All sequences of so many of some numbers, in reading order. */
const sequences = (numbers: readonly number[], length: number): number[][] =>
  length === 0
    ? [[]]
    : sequences(numbers, length - 1).flatMap((sequence) => numbers.map((number) => [...sequence, number]));

/**
 * Positions of the regions on a lattice of 5 along each axis: corners, middles of edges (and of a volume's faces) and the centre, and between them the quarter points.
 * They are 13 in images, as in the original, and 35 in volumes.
 */
export const lattice = (axes: number): number[][] =>
  sequences([0, 1, 2, 3, 4], axes).filter((place) => place.every((one) => one % 2 === place[0] % 2));

/** Number of negatives of a region. */
const neighborCount = 5;

/** Of every region the five nearest others; of equally near ones the first in reading order. */
export function neighbors(axes: number): number[][] {
  const places = lattice(axes);
  return places.map((place, own) => {
    const distance = (other: number) => places[other].reduce((sum, at, axis) => sum + (at - place[axis]) ** 2, 0);
    const others = [...places.keys()].filter((other) => other !== own);
    return others.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, neighborCount);
  });
}

/** The first pixel of every region on a map of some size, along each axis. Throws a Problem where the map is too small for them to differ. */
export function corners(size: readonly number[]): number[][] {
  const places = lattice(size.length);
  if (Math.min(...size) < regionSize + 4)
    throw new Problem(
      `local contrast: found maps of ${size.join("×")}, expected ${regionSize + 4} or more on each side for ${places.length} regions of ${size.map(() => regionSize).join("×")}; train on larger images, or more blocks`,
    );
  return places.map((place) => place.map((at, axis) => Math.floor((at * (size[axis] - regionSize)) / 4)));
}

/** The regions of maps [n, …size, D] as rows [n, regions, 3^axes·D]. */
export function regionsOf(maps: tf.Tensor): tf.Tensor {
  const [n, ...size] = maps.shape;
  const features = size.pop() ?? 0;
  const starts = corners(size);
  const offsets = sequences([...Array(regionSize).keys()], size.length);
  const pixel = (place: readonly number[]) => place.reduce((at, one, axis) => at * size[axis] + one, 0);
  const pixels = starts.flatMap((start) => offsets.map((offset) => pixel(start.map((at, axis) => at + offset[axis]))));
  const perMap = maps.size / n / features;
  const indices = Array.from({ length: n }, (_, map) => pixels.map((at) => map * perMap + at)).flat();
  return gatherRows(maps.reshape([-1, features]), tf.tensor1d(indices, "int32")).reshape([n, starts.length, -1]);
}

/** Pairs among the regions of one view of an image followed by those of another: positive is the same region of the other view, negatives are its neighbours in both. */
export function regionPairs(axes: number): Pairs {
  const near = neighbors(axes);
  const count = near.length;
  return {
    positives: matrix(2 * count, (a, b) => a !== b && a % count === b % count),
    negatives: matrix(2 * count, (a, b) => near[a % count].includes(b % count)),
  };
}
