import type { Volume } from "../images/volume.js";
import { Problem } from "../problem.js";

/** A volume's values scaled to [0, 1] by its own minimum and maximum, computed in float64 as SSL4MIS does. Throws a Problem where all are equal. */
export function minMax({ data, path }: Volume): Float32Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) throw new Problem(`${path}: every voxel is ${low}, expected an image; check the file`);
  return data.map((value) => (value - low) / (high - low));
}

/**
 * A volume's values clipped to its percentiles 0.5 and 99.5, then with mean 0 and standard deviation 1.
 * For MRI without a common scale: a few bright vessels or a stray maximum would otherwise set the scale of all the rest.
 */
export function clippedZScore({ data, path }: Volume): Float32Array {
  const sorted = Float32Array.from(data).sort();
  const low = percentile(sorted, 0.5);
  const high = percentile(sorted, 99.5);
  if (!(high > low)) throw new Problem(`${path}: 99 % of the voxels are ${low}, expected an image; check the file`);
  const clipped = data.map((value) => Math.min(high, Math.max(low, value)));
  let sum = 0;
  for (const value of clipped) sum += value;
  const mean = sum / clipped.length;
  let squares = 0;
  for (const value of clipped) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / clipped.length);
  return clipped.map((value) => (value - mean) / deviation);
}

/** With linear interpolation between neighbours, as numpy's default. */
function percentile(sorted: Float32Array, percent: number): number {
  const at = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)] - below);
}
