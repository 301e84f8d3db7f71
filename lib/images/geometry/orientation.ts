import { Problem } from "../../problem.js";
import { zerosLike } from "../values.js";
import type { Geometry, Volume } from "../volume.js";

const letters = ["LR", "PA", "IS"]; // negative and positive end of the axes of RAS+ coordinates

/** Which way the voxel axes x, y, z point, such as "RAS" or "LPS": the clearest axis chooses its anatomical direction first, as nibabel does. */
export function orientation(affine: Geometry["affine"]): string {
  const columns = [0, 1, 2].map((axis) => affine.slice(0, 3).map((row) => row[axis]));
  const cosines = columns.map((column) => column.map((value) => value / Math.hypot(...column)));
  const clearness = cosines.map((column) => Math.max(...column.map(Math.abs)));
  const free = new Set([0, 1, 2]);
  const codes = ["", "", ""];
  for (const axis of [0, 1, 2].sort((i, j) => clearness[j] - clearness[i])) {
    const direction = [...free].reduce((best, row) =>
      Math.abs(cosines[axis][row]) > Math.abs(cosines[axis][best]) ? row : best,
    );
    codes[axis] = letters[direction][cosines[axis][direction] > 0 ? 1 : 0];
    free.delete(direction);
  }
  return codes.join("");
}

/**
 * The same volume with its axes permuted and mirrored so that x, y, z point as `codes` says ("RAS": right, anterior, superior).
 * No value changes, every voxel keeps its place in mm; `reorient(result, orientation(volume.affine))` leads back.
 */
export function reorient<A extends Float32Array | Uint8Array>(volume: Volume<A>, codes: string): Volume<A> {
  const turned = turn(volume, codes);
  const [depth, height, width] = turned.geometry.shape;
  const data = zerosLike(volume.data, depth * height * width);
  for (let z = 0; z < depth; z++) turnSlice(volume.data, turned, z, data, z * height * width);
  return { data, ...turned.geometry, path: volume.path };
}

/** A reoriented grid, and where in the old one's memory its voxels are: the first, and the way to the next along the new x, y and z. */
export interface Turn {
  geometry: Geometry;
  start: number;
  steps: readonly number[];
}

/** How a grid is reoriented so that x, y, z point as `codes` says. */
export function turn({ shape, spacingMm, affine }: Geometry, codes: string): Turn {
  const has = orientation(affine);
  const from = [...codes].map((code) => [...has].findIndex((letter) => pair(letter) === pair(code))); // old axis of each new one; 0 = x
  if (codes.length !== 3 || new Set(from).size !== 3 || from.includes(-1))
    throw new Problem(
      `orientation ${JSON.stringify(codes)}: expected one of R or L, one of A or P, one of S or I, such as "RAS"`,
    );
  const isFlipped = [...codes].map((code, axis) => code !== has[from[axis]]);
  const sizes = [shape[2], shape[1], shape[0]];
  const steps = [1, sizes[0], sizes[0] * sizes[1]]; // in memory, along x, y, z
  const along = from.map((old, axis) => (isFlipped[axis] ? -steps[old] : steps[old]));
  const [width, height, depth] = from.map((old) => sizes[old]);
  const start = from.reduce((sum, old, axis) => sum + (isFlipped[axis] ? (sizes[old] - 1) * steps[old] : 0), 0);
  const spacing = from.map((old) => spacingMm[2 - old]);
  return {
    start,
    steps: along,
    geometry: {
      shape: [depth, height, width],
      spacingMm: [spacing[2], spacing[1], spacing[0]],
      affine: affine.map((row, i) => (i < 3 ? turnedRow(row, from, isFlipped, sizes) : row)),
    },
  };
}

/** Writes slice z of a reoriented volume `onto` an array, from place `at` on. */
export function turnSlice<A extends Float32Array | Uint8Array>(
  data: A,
  { geometry, start, steps }: Turn,
  z: number,
  onto: A,
  at = 0,
): void {
  const [, height, width] = geometry.shape;
  for (let y = 0; y < height; y++)
    for (let x = 0, place = start + z * steps[2] + y * steps[1]; x < width; x++, at++, place += steps[0])
      onto[at] = data[place];
}

/** Whether rows of slices in an orientation are drawn from below, so that a person's front or head is never below. */
export const isUpwards = (codes: string): boolean => codes[1] !== "P" && codes[1] !== "I";

/** R and L are one axis, as are A and P, S and I. */
const pair = (letter: string) => letters.findIndex((ends) => ends.includes(letter));

function turnedRow(
  row: readonly number[],
  from: readonly number[],
  isFlipped: readonly boolean[],
  sizes: readonly number[],
): number[] {
  const origin = from.reduce((sum, old, axis) => sum + (isFlipped[axis] ? row[old] * (sizes[old] - 1) : 0), row[3]);
  return [...from.map((old, axis) => (isFlipped[axis] ? -row[old] : row[old])), origin];
}
