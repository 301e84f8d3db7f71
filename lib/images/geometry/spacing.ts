import { Problem } from "../../problem.js";
import type { Geometry, Volume } from "../volume.js";
import { zoom } from "./resample.js";

/** A volume on a grid of another size whose corner voxels have the same centres; its spacing and affine say where the new voxels lie. */
export function resampleToShape<A extends Float32Array | Uint8Array>(
  volume: Volume<A>,
  shape: Geometry["shape"],
  order: 0 | 1 | 3,
): Volume<A> {
  const { data, affine, spacingMm, path } = volume;
  const stretch = (axis: number) => (shape[axis] > 1 ? (volume.shape[axis] - 1) / (shape[axis] - 1) : 1); // old steps in a new one, along z, y, x
  const [z, y, x] = [stretch(0), stretch(1), stretch(2)];
  return {
    data: zoom(data, volume.shape, shape, order, { end: "clamped" }),
    shape,
    spacingMm: [spacingMm[0] * z, spacingMm[1] * y, spacingMm[2] * x],
    affine: affine.map((row, i) => (i < 3 ? [row[0] * x, row[1] * y, row[2] * z, row[3]] : row)),
    path,
  };
}

/**
 * A volume with about the spacing asked for along z, y, x: as many voxels as bring it nearest while the corner voxels keep their centres.
 * The spacing of the result is the true one. `resampleToShape(result, volume.shape, order)` leads back onto the old grid.
 */
export function resampleToSpacing<A extends Float32Array | Uint8Array>(
  volume: Volume<A>,
  spacingMm: Geometry["spacingMm"],
  order: 0 | 1 | 3,
): Volume<A> {
  if (!spacingMm.every((step) => step > 0 && Number.isFinite(step)))
    throw new Problem(
      `${volume.path}: asked for a spacing of ${spacingMm.join("×")} mm, expected three positive numbers`,
    );
  const size = (axis: 0 | 1 | 2) =>
    1 + Math.round(((volume.shape[axis] - 1) * volume.spacingMm[axis]) / spacingMm[axis]);
  return resampleToShape(volume, [size(0), size(1), size(2)], order);
}

/** Whether the voxels of a grid are more than twice as long or as short as expected, along an axis. */
export const isUnlike = (found: Geometry["spacingMm"], expected: Geometry["spacingMm"]): boolean =>
  found.some((step, axis) => Math.abs(Math.log2(step / expected[axis])) > 1);

/** A distance of voxels, towards x, y and z: "0.7×0.7×5 mm". */
export const millimetres = (spacing: Geometry["spacingMm"]): string =>
  `${[...spacing]
    .reverse()
    .map((step) => Number(step.toPrecision(3)))
    .join("×")} mm`;
