import { Problem } from "../../problem.js";
import type { Geometry } from "../volume.js";
import { orientation } from "./orientation.js";

const tolerance = 0.1; // of a voxel: what rounding in headers may shift a corner

/** Whether two volumes have voxels in the same places: as many along each axis, and all corners within a tenth of a voxel. */
export function sameGrid(one: Geometry, other: Geometry): boolean {
  return (
    one.shape.every((size, axis) => size === other.shape[axis]) &&
    distance(one, other) <= tolerance * Math.min(...one.spacingMm)
  );
}

/** Throws a Problem that says how the grid of a label differs from that of its image, if it does. */
export function checkSameGrid(image: Geometry & { path: string }, label: Geometry & { path: string }): void {
  if (sameGrid(image, label)) return;
  const size = ({ shape: [z, y, x], spacingMm }: Geometry) =>
    `${x}×${y}×${z} voxels of ${[...spacingMm].reverse().map(short).join("×")} mm`;
  const isMoved = size(image) === size(label);
  const found = isMoved
    ? `its corners lie up to ${short(distance(image, label))} mm from those of its image (axes ${orientation(label.affine)} and ${orientation(image.affine)})`
    : `${size(label)}, but its image has ${size(image)}`;
  throw new Problem(
    `${label.path}: ${found}, ${image.path}; ${isMoved ? "correct the header" : "resample one to the other first"}`,
  );
}

const short = (value: number) => Number(value.toPrecision(4));

/** The largest distance in mm of corresponding corner voxels. */
function distance(one: Geometry, other: Geometry): number {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [bits & 1, (bits >> 1) & 1, bits >> 2]);
  return Math.max(
    ...corners.map((corner) =>
      Math.hypot(...[0, 1, 2].map((row) => place(one, corner, row) - place(other, corner, row))),
    ),
  );
}

function place({ affine, shape }: Geometry, corner: readonly number[], row: number): number {
  return corner.reduce((sum, isFar, axis) => sum + isFar * (shape[2 - axis] - 1) * affine[row][axis], affine[row][3]);
}
