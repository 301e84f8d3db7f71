import { dataAddress, raster } from "../render/raster.js";

/** An image as a PNG in a data address, in so many levels from `low` (black) to `high` (bright), row by row: grey, or in colour where every pixel has red, green and blue. */
export function pictureOf(
  values: ArrayLike<number>,
  shape: readonly [number, number],
  [low, high]: readonly [number, number],
  { levels = 256 } = {},
): string {
  const scale = high > low ? (levels - 1) / (high - low) : 0;
  const level = (value: number) => Math.max(0, Math.min(levels - 1, Math.round((value - low) * scale)));
  const samples = Uint8ClampedArray.from(values, (value) => (level(value) * 255) / (levels - 1));
  return dataAddress(raster(samples, shape, { channels: values.length === 3 * shape[0] * shape[1] ? 3 : 1 }));
}

/** The values below and above which one in a hundred lies: the window in which MR images are usually shown. */
export function greyWindow(values: ArrayLike<number>): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.01), at(0.99)];
}
