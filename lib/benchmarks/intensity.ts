import type { Volume } from "../images/volume.js";
import { Problem } from "../problem.js";

/**
 * A volume's values scaled to [0, 1] by its own minimum and maximum, computed in float64 as SSL4MIS does; with `clipTop`, so many percent of
 * the voxels, the brightest, are made alike first. Throws a Problem where all are equal.
 */
export function minMax({ data, path }: Pick<Volume, "data" | "path">, { clipTop = 0 } = {}): Float32Array {
  let low = data[0];
  let high = data[0];
  for (let i = 1; i < data.length; i++) {
    if (data[i] < low) low = data[i];
    else if (data[i] > high) high = data[i];
  }
  if (clipTop > 0) high = percentile(Float32Array.from(data), 100 - clipTop);
  const range = high - low;
  if (!(range > 0)) throw new Problem(`${path}: every voxel is ${low}, expected an image; check the file`);
  const scaled = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) scaled[i] = (Math.min(data[i], high) - low) / range;
  return scaled;
}

/**
 * A volume's values clipped to its percentiles 0.5 and 99.5, then with mean 0 and standard deviation 1.
 * For MRI without a common scale: a few bright vessels or a stray maximum would otherwise set the scale of all the rest.
 */
export function clippedZScore({ data, path }: Volume): Float32Array {
  const [low, high] = middle(data);
  if (!(high > low)) throw new Problem(`${path}: 99 % of the voxels are ${low}, expected an image; check the file`);
  return standardised(data, (value) => Math.min(high, Math.max(low, value)));
}

/** The percentiles 0.5 and 99.5 of a volume's values; equal where 99 % of the voxels are alike. */
export function middle(data: Float32Array): [number, number] {
  const scratch = Float32Array.from(data);
  return [percentile(scratch, 0.5), percentile(scratch, 99.5)];
}

/** A volume's values with mean 0 and standard deviation 1. Throws a Problem where all are equal. */
export function zScore({ data, path }: Pick<Volume, "data" | "path">): Float32Array {
  if (data.every((value) => value === data[0]))
    throw new Problem(`${path}: every voxel is ${data[0]}, expected an image; check the file`);
  return standardised(data, (value) => value);
}

/** The values of a patch [...size, channels], of each channel with mean 0 and standard deviation 1; 0 in one whose values are all alike. */
export function standardisedPatch(patch: Float32Array, channels: number): Float32Array {
  const scores = new Float32Array(patch.length);
  for (let c = 0; c < channels; c++) {
    const values = channels === 1 ? patch : patch.filter((_, i) => i % channels === c);
    if (values.every((value) => value === values[0])) continue;
    const own = standardised(values, (value) => value);
    for (let i = 0; i < own.length; i++) scores[i * channels + c] = own[i];
  }
  return scores;
}

function standardised(data: Float32Array, seen: (value: number) => number): Float32Array {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += seen(data[i]);
  const mean = sum / data.length;
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += (seen(data[i]) - mean) ** 2;
  const deviation = Math.sqrt(squares / data.length);
  const scores = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) scores[i] = (seen(data[i]) - mean) / deviation;
  return scores;
}

/** With linear interpolation between neighbours, as numpy's default. Reorders the values. */
function percentile(values: Float32Array, percent: number): number {
  const at = (percent / 100) * (values.length - 1);
  const rank = Math.floor(at);
  const below = select(values, rank);
  if (rank + 1 >= values.length) return below;
  let above = values[rank + 1];
  for (let i = rank + 2; i < values.length; i++) if (values[i] < above) above = values[i];
  return below + (at - rank) * (above - below);
}

/** The value of a rank, with the smaller ones brought before it and the larger ones behind it (Hoare's quickselect). */
function select(values: Float32Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swapped = values[i];
        values[i++] = values[j];
        values[j--] = swapped;
      }
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return values[rank];
  }
  return values[rank];
}
