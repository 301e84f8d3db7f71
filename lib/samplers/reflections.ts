import { Problem } from "../problem.js";
import { cellOf, type Groups } from "./groups.js";
import type { Population } from "./population.js";

/** Position of each pixel's reflection about the centre of its grid cell, in its own image; −1 where it is not in the population. The groups must be those of a grid. */
export function reflections({ pixels, shape }: Population, { cells }: Groups): Int32Array {
  if (cells === undefined)
    throw new Problem(
      'geometric pairing: found groups without a grid, expected those of gridGroups; use the pairing "rank"',
    );
  const mirrors = shape.map((size) => mirror(size, cells));
  return pixels.map((pixel) => {
    let rest = pixel;
    let reflected = pixel;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const coordinate = rest % shape[axis];
      reflected += stride * (mirrors[axis][coordinate] - coordinate);
      stride *= shape[axis];
      rest = (rest - coordinate) / shape[axis];
    }
    return positionOf(reflected, pixels);
  });
}

/** Along one axis, the coordinate as far from the end of its cell as the given one from the start. */
function mirror(size: number, cells: number): Int32Array {
  const cell = Int32Array.from({ length: size }, (_, coordinate) => cellOf(coordinate, size, cells));
  return cell.map((c, coordinate) => cell.indexOf(c) + cell.lastIndexOf(c) - coordinate);
}

/** Where a pixel stands among the ascending ones, or −1. */
function positionOf(pixel: number, pixels: Int32Array): number {
  let [low, high] = [0, pixels.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pixels[middle] < pixel) low = middle + 1;
    else high = middle;
  }
  return pixels[low] === pixel ? low : -1;
}
