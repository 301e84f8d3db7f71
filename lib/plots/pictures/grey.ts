import { dataAddress, raster } from "../render/raster.js";

/** A grey image as a PNG in a data address: values from `low` (black) to `high` (white) in so many greys, row by row. */
export function greyPicture(
  values: ArrayLike<number>,
  shape: readonly [number, number],
  [low, high]: readonly [number, number],
  { levels = 256 } = {},
): string {
  const scale = high > low ? (levels - 1) / (high - low) : 0;
  const level = (value: number) => Math.max(0, Math.min(levels - 1, Math.round((value - low) * scale)));
  const samples = Uint8ClampedArray.from(values, (value) => (level(value) * 255) / (levels - 1));
  return dataAddress(raster(samples, shape));
}

/** The values below and above which one in a hundred lies: the window in which MR images are usually shown. */
export function greyWindow(values: ArrayLike<number>): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.01), at(0.99)];
}
