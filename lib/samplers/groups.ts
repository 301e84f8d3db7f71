import { Problem } from "../problem.js";
import type { Population } from "./population.js";

/** A partition of a population: positions in it, group by group, in raster order inside each; group m is order[starts[m]..starts[m+1]). No group is empty. */
export interface Groups {
  readonly count: number;
  readonly order: Int32Array;
  readonly starts: Int32Array;
  /** Group of each position. */
  readonly label: Int32Array;
  /** Cells along each axis, where the groups are those of a grid. */
  readonly cells?: number;
}

/** Number of cells, and whether the same cell of two images is one group. */
export interface GridOptions {
  /** Along each axis; the released code has 4, Table 7 of the paper 3, 4 and 5. */
  cells?: number;
  /** "image" is the paper's setting; most of its groups hold few pixels. */
  scope?: "image" | "batch";
}

/** Groups by the cell of a grid over the image (cells²) or volume (cells³) in which a pixel lies, not by its position in the list. Empty cells give no group. */
export function gridGroups({ pixels, shape }: Population, { cells = 4, scope = "batch" }: GridOptions = {}): Groups {
  if (!Number.isInteger(cells) || cells < 1)
    throw new Problem(`grid: found ${cells} cells along an axis, expected a whole number of at least 1`);
  const width = shape[shape.length - 1];
  const column = Int32Array.from({ length: width }, (_, x) => cellOf(x, width, cells));
  const cell = new Int32Array(pixels.length);
  let [from, to, first] = [0, 0, 0]; // the row of the pixel at hand: its pixels, and its first cell
  for (let i = 0, previous = -1; i < pixels.length; i++) {
    const pixel = pixels[i];
    if (pixel <= previous)
      throw new Problem(
        `population: found pixel ${pixel} after ${previous}, expected ascending pixels; sort them first`,
      );
    if (pixel >= to) {
      from = pixel - (pixel % width);
      to = from + width;
      first = firstCell(from / width, shape, cells, scope);
    }
    cell[i] = first + column[pixel - from];
    previous = pixel;
  }
  return { ...groupsOf(cell), cells };
}

/** The cell in which a coordinate lies, along an axis of some size. */
export const cellOf = (coordinate: number, size: number, cells: number): number =>
  Math.floor((coordinate * cells) / size);

/** Number of the first cell of a row, by its coordinates along the other axes. */
function firstCell(row: number, shape: readonly number[], cells: number, scope: "image" | "batch"): number {
  let rest = row;
  let first = 0;
  let stride = cells;
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    const size = shape[axis];
    first += stride * cellOf(rest % size, size, cells);
    rest = Math.floor(rest / size);
    stride *= cells;
  }
  return scope === "image" ? first + stride * rest : first;
}

/** Groups by any labelling of the positions with whole numbers from 0, in the order of the labels; numbers that do not occur are left out. */
export function groupsOf(label: ArrayLike<number>): Groups {
  const length = label.length;
  let highest = -1;
  for (let i = 0; i < length; i++) {
    if (!Number.isInteger(label[i]) || label[i] < 0)
      throw new Problem(`groups: found the label ${label[i]} at position ${i}, expected whole numbers from 0`);
    if (label[i] > highest) highest = label[i];
  }
  const size = new Int32Array(highest + 1);
  for (let i = 0; i < length; i++) size[label[i]]++;
  const occurring = Int32Array.from(size.keys()).filter((name) => size[name] > 0);
  const group = new Int32Array(highest + 1);
  const starts = new Int32Array(occurring.length + 1);
  for (const [m, name] of occurring.entries()) {
    group[name] = m;
    starts[m + 1] = starts[m] + size[name];
  }
  const next = starts.slice();
  const order = new Int32Array(length);
  const names = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const m = group[label[i]];
    names[i] = m;
    order[next[m]++] = i;
  }
  return { count: occurring.length, order, starts, label: names };
}
