import { gatherRows } from "../engine/ops/gather.js";
import * as tf from "../engine/tf.js";
import type { Pairs } from "../losses/pairContrast.js";
import { Problem } from "../problem.js";
import { matrix } from "./partitionPairs.js";

/** Rows and columns of a region. */
export const regionSize = 3;

/** Positions of the regions on a 5×5 lattice: the corners, the middles of the edges and the centre, and between them the four quarter points. */
export const lattice: readonly (readonly [number, number])[] = [0, 1, 2, 3, 4].flatMap((row) =>
  [0, 1, 2, 3, 4].filter((column) => row % 2 === column % 2).map((column) => [row, column] as const),
);

/** Number of negatives of a region. */
const neighborCount = 5;

/** Of every region the five nearest others; of equally near ones the first in reading order. */
export const neighbors: readonly (readonly number[])[] = lattice.map(([row, column], own) => {
  const distance = (other: number) => (lattice[other][0] - row) ** 2 + (lattice[other][1] - column) ** 2;
  const others = [...lattice.keys()].filter((other) => other !== own);
  return others.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, neighborCount);
});

/** First row and column of every region on a map of some height and width. Throws a Problem where the map is too small for them to differ. */
export function corners(height: number, width: number): [number, number][] {
  if (Math.min(height, width) < regionSize + 4)
    throw new Problem(
      `local contrast: found maps of ${height}×${width}, expected ${regionSize + 4} or more on each side for 13 regions of ${regionSize}×${regionSize}; train on larger images, or more blocks`,
    );
  const start = (place: number, length: number) => Math.floor((place * (length - regionSize)) / 4);
  return lattice.map(([row, column]) => [start(row, height), start(column, width)]);
}

/** The regions of maps [n, height, width, D] as rows [n, 13, 9·D]. */
export function regionsOf(maps: tf.Tensor): tf.Tensor {
  const [n, height, width, features] = maps.shape;
  const starts = corners(height, width);
  const indices: number[] = [];
  for (let image = 0; image < n; image++)
    for (const [top, left] of starts)
      for (let row = top; row < top + regionSize; row++)
        for (let column = left; column < left + regionSize; column++)
          indices.push((image * height + row) * width + column);
  return gatherRows(maps.reshape([-1, features]), tf.tensor1d(indices, "int32")).reshape([n, starts.length, -1]);
}

/** Pairs among the 13 regions of one view of an image followed by those of another: positive is the same region of the other view, negatives are its neighbours in both. */
export function regionPairs(): Pairs {
  const count = lattice.length;
  return {
    positives: matrix(2 * count, (a, b) => a !== b && a % count === b % count),
    negatives: matrix(2 * count, (a, b) => neighbors[a % count].includes(b % count)),
  };
}
