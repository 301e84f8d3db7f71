import type { Geometry } from "../../images/volume.js";

type Spacing = Geometry["spacingMm"];

/** Whether the voxels of a grid are more than twice as long or as short as expected, along an axis. */
export const isUnlike = (found: Spacing, expected: Spacing): boolean =>
  found.some((step, axis) => Math.abs(Math.log2(step / expected[axis])) > 1);

/** A distance of voxels, towards x, y and z: "0.7×0.7×5 mm". */
export const millimetres = (spacing: Spacing): string =>
  `${[...spacing]
    .reverse()
    .map((step) => Number(step.toPrecision(3)))
    .join("×")} mm`;
