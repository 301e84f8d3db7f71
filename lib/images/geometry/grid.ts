import { basename, dirname, join } from "node:path";
import { Problem } from "../../problem.js";
import { inShell } from "../../shell.js";
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

/** Throws a Problem that says how the grid of a label differs from that of its image, if it does, and what to do. */
export function checkSameGrid(image: Geometry & { path: string }, label: Geometry & { path: string }): void {
  if (sameGrid(image, label)) return;
  const [found, expected] = [sizeIn(label), sizeIn(image)];
  const differs = `${label.path}: ${found}, but its image has ${expected}, ${image.path}`;
  if (!image.shape.every((size, axis) => size === label.shape[axis]))
    throw new Problem(`${differs}; resample one to the other first`);
  const copy = `arco data geometry ${inShell(label.path)} --like ${inShell(image.path)} --out ${inShell(besides(label.path))}`;
  if (isIdentity(label.affine))
    throw new Problem(
      `${differs}; it was saved with the identity matrix instead of its image's geometry: copy that onto the label (resampling would spoil it): ${copy}`,
    );
  const moved = `${label.path}: its corners lie up to ${short(distance(image, label))} mm from those of its image (axes ${orientation(label.affine)} and ${orientation(image.affine)}), ${image.path}`;
  throw new Problem(
    `${found === expected ? moved : differs}; if it was drawn on this image, copy the geometry onto it: ${copy}; else resample one to the other`,
  );
}

const sizeIn = ({ shape: [z, y, x], spacingMm }: Geometry) =>
  `${x}×${y}×${z} voxels of ${[...spacingMm].reverse().map(short).join("×")} mm`;

/** What programs write that save voxels without their geometry. */
const isIdentity = (affine: Geometry["affine"]) =>
  affine.every((row, i) => row.every((value, j) => Math.abs(value) === (i === j ? 1 : 0)));

/** A path of the same name in a folder beside. */
const besides = (path: string) => join(dirname(path) === "." ? "placed" : `${dirname(path)}-placed`, basename(path));

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
