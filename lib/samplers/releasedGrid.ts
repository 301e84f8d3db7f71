import type { Rng } from "../engine/random.js";
import { convolve, expectation, power } from "./distribution.js";

const cut = 4; // cells along each side

/** The grid of the released code over a list of positions. */
export interface ReleasedGrid {
  /** Side of the square on which the positions are laid. */
  edge: number;
  /** Draws from each cell, before those beyond the list are dropped. */
  quota: number;
  /** Positions of each cell; those of the last row may lie beyond the list. */
  cells: readonly Int32Array[];
}

/** The released grid for n draws from `size` positions; undefined where a cell is less than two positions wide: there the released code fails and falls back to blocks. */
export function releasedGrid(size: number, n: number): ReleasedGrid | undefined {
  const edge = Math.round(Math.sqrt(size));
  const side = Math.floor(edge / cut);
  if (side < 2) return undefined;
  const quota = Math.floor(Math.floor((n * edge ** 2) / size) / cut ** 2);
  const range = (at: number) => [at * side, at === cut - 1 ? edge : (at + 1) * side]; // the last takes the remainder
  const cells = Array.from({ length: cut ** 2 }, (_, c) => {
    const [top, bottom] = range(Math.floor(c / cut));
    const [left, right] = range(c % cut);
    const width = right - left;
    return Int32Array.from(
      { length: width * (bottom - top) },
      (_, i) => (top + Math.floor(i / width)) * edge + left + (i % width),
    );
  });
  return { edge, quota, cells };
}

/** Positions as the released `grid_monte_carlo_sample` and `grid_as_monte_carlo_sample` draw them, with the same use of random numbers. */
export function drawReleasedGrid(
  { quota, cells }: ReleasedGrid,
  size: number,
  n: number,
  rng: Rng,
  { antithetic = false } = {},
): Int32Array {
  const drawn = antithetic ? quota >> 1 : quota;
  const each = antithetic ? 2 * drawn : quota;
  const all = new Int32Array(cells.length * each);
  for (const [c, cell] of cells.entries()) {
    const order = rng.permutation(cell.length);
    const own = all.subarray(c * each, c * each + drawn);
    rng.integers(cell.length, own);
    for (let i = 0; i < drawn; i++) own[i] = cell[order[own[i]]];
    if (antithetic)
      all.set(
        own.map((position) => cell[0] + cell[cell.length - 1] - position),
        c * each + drawn,
      );
  }
  const kept = all.filter((position) => position < size);
  const order = rng.permutation(kept.length);
  return Int32Array.from({ length: n }, (_, i) => (i < kept.length ? kept[order[i]] : rng.integer(0, size)));
}

/** Exact expected number of times that `drawReleasedGrid` draws each position; the number of kept draws is random, and so is how many are cut off or filled up to n. */
export function releasedGridInclusion(
  { quota, cells }: ReleasedGrid,
  size: number,
  n: number,
  { antithetic = false } = {},
): Float64Array {
  const draws = antithetic ? quota >> 1 : quota; // single ones or pairs, from each cell
  const keptOf = (position: number, cell: Int32Array) =>
    Number(position < size) + Number(antithetic && cell[0] + cell[cell.length - 1] - position < size);
  const kept = cells.map((cell) => {
    const count = new Float64Array(antithetic ? 3 : 2);
    for (const position of cell) count[keptOf(position, cell)]++;
    return { from: 0, share: count.map((positions) => positions / cell.length) };
  });
  const all = kept.map((one) => power(one, draws));
  const filled = expectation(all.reduce(convolve), (count) => Math.max(0, n - count) / size);
  const inclusion = new Float64Array(size).fill(filled);
  if (draws === 0) return inclusion;
  for (const [c, cell] of cells.entries()) {
    // beside one draw of this cell
    const others = all.map((one, other) => (other === c ? power(kept[c], draws - 1) : one)).reduce(convolve);
    const surviving = [0, 1, 2].map((own) => expectation(others, (count) => Math.min(1, n / (count + own))));
    const times = (antithetic ? 2 * draws : draws) / cell.length;
    for (const position of cell) if (position < size) inclusion[position] += times * surviving[keptOf(position, cell)];
  }
  return inclusion;
}
