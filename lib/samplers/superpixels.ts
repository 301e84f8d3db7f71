import { Problem } from "../problem.js";
import { cellOf, type Groups, groupsOf } from "./groups.js";
import { lloyd, moveToMeans } from "./lloyd.js";
import type { Population } from "./population.js";

/** Number and compactness of superpixels, and number of iterations. */
export interface SuperpixelOptions {
  /** Along each axis: a superpixel starts as a cell of that grid. */
  cells?: number;
  /** The side of a cell counts as much as this many standard deviations of the intensity. */
  compactness?: number;
  iterations?: number;
}

/**
 * Groups by superpixels of each image [images, ...shape] of one channel: k-means of intensity and place, in which a pixel may be assigned to the centres that start in its grid cell and the cells around it
 * (SLIC, Achanta et al. 2012; gSLIC, Ren & Reid 2011). A superpixel need not be connected.
 */
export function superpixelGroups(
  { pixels, shape }: Population,
  image: ArrayLike<number>,
  { cells = 4, compactness = 0.5, iterations = 5 }: SuperpixelOptions = {},
): Groups {
  const size = shape.reduce((product, side) => product * side, 1);
  const images = image.length / size;
  if (!Number.isInteger(images) || (pixels.at(-1) ?? 0) >= image.length)
    throw new Problem(
      `superpixels: found ${image.length} intensities for pixels up to ${pixels.at(-1)}, expected those of all images, ${shape.join(" × ")} each`,
    );
  const label = new Int32Array(pixels.length);
  for (let i = 0; i < pixels.length; ) {
    const at = Math.floor(pixels[i] / size);
    const intensity = Float32Array.from({ length: size }, (_, pixel) => image[at * size + pixel]);
    const superpixel = segment(intensity, shape, { cells, compactness, iterations });
    for (; pixels[i] < (at + 1) * size; i++) label[i] = at * cells ** shape.length + superpixel[pixels[i] - at * size];
  }
  return groupsOf(label);
}

/** The superpixel of each pixel of an image. */
function segment(
  intensity: Float32Array,
  shape: readonly number[],
  { cells, compactness, iterations }: Required<SuperpixelOptions>,
): Int32Array {
  const features = 1 + shape.length;
  const rows = new Float32Array(intensity.length * features); // intensity and place, in units that compare
  const home = new Int32Array(intensity.length);
  const unit = deviation(intensity) || 1;
  for (let i = 0; i < intensity.length; i++) {
    rows[i * features] = intensity[i] / unit;
    let rest = i;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const coordinate = rest % shape[axis];
      rest = (rest - coordinate) / shape[axis];
      rows[i * features + 1 + axis] = (compactness * coordinate * cells) / shape[axis];
      home[i] += stride * cellOf(coordinate, shape[axis], cells);
      stride *= cells;
    }
  }
  const around = neighbours(cells, shape.length);
  const centres = new Float64Array(around.length * features).fill(Number.NaN); // where no pixel starts, none is near
  moveToMeans(centres, rows, home, features);
  return lloyd(rows, centres, { features, iterations, candidates: (i) => around[home[i]] });
}

/** For each cell of a grid, the cells that are at most one away along every axis. */
function neighbours(cells: number, axes: number): Int32Array[] {
  const all = Array.from({ length: cells ** axes }, (_, cell) =>
    Array.from({ length: axes }, (_, axis) => Math.floor(cell / cells ** axis) % cells),
  );
  return all.map((own) =>
    Int32Array.from(all.keys()).filter((cell) => own.every((at, axis) => Math.abs(at - all[cell][axis]) <= 1)),
  );
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
