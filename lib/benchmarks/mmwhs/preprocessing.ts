import { orientation } from "../../images/geometry/orientation.js";
import { turnedSlices } from "../../images/nifti/slices.js";
import type { Geometry, Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import type { DataOptions } from "../benchmark.js";
import { oneOf } from "../choices.js";
import { minMax } from "../intensity.js";
import { resized, sliceSize, type Turning } from "../turning.js";

/** Which way x, y, z point when slices follow one another along an axis of the body; "stored": as the file has them. */
export const axes = { axial: "LPS", coronal: "LIP", sagittal: "PIL", stored: undefined } as const;

/** Their names. */
export const axisNames = ["axial", "coronal", "sagittal", "stored"] as const;

/** How a volume is turned and its slices resized for the network. */
export function turningOf({ affine }: Geometry, options: DataOptions): Turning {
  const axis = oneOf("mmwhs", "axis", options.axis, axisNames);
  return {
    codes: axes[axis] ?? orientation(affine),
    size: sliceSize("mmwhs", options),
    end: oneOf("mmwhs", "resize", options.resize, ["clamped", "scipy"]),
  };
}

/** A volume's slices, scaled by its extremes. */
export function imageSlices(image: Volume, options: DataOptions): Float32Array[] {
  const { clipTop } = options;
  if (typeof clipTop !== "number" || !(clipTop >= 0 && clipTop < 50))
    throw new Problem(`mmwhs: option clipTop: found ${clipTop}, expected percent of the voxels, from 0 to below 50`);
  return slicesOf({ ...image, data: minMax(image, { clipTop }) }, options);
}

/** The slices of a volume, turned and resized. */
export function slicesOf<A extends Float32Array | Uint8Array>(volume: Volume<A>, options: DataOptions): A[] {
  const turning = turningOf(volume, options);
  return Array.from(turnedSlices(volume, turning.codes), (slice) => resized(slice, turning, 0));
}
