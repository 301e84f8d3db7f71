import type { Rng } from "../../engine/random.js";
import { sizeOf } from "../values.js";
import type { Images } from "./photometric.js";

/** How large the part is. */
export interface ResizedCropOptions {
  /** Smallest and largest share of the image's area. */
  area?: readonly [number, number];
  /** Smallest and largest ratio of width to height, beside the image's own. */
  aspect?: readonly [number, number];
}

/** A random part of each image, resized to the whole bilinearly (Inception's crop, as contrastive frameworks use it); a new array. Of volumes all slices along the last axis are cut alike. */
export function resizedCrop(
  { values, shape }: Images,
  rngs: readonly Rng[],
  { area = [0.2, 1], aspect = [3 / 4, 4 / 3] }: ResizedCropOptions = {},
): Float32Array {
  const [, height, width, ...rest] = shape;
  const channels = sizeOf(rest); // of volumes, all along the last axis
  const size = height * width * channels;
  const cut = new Float32Array(values.length);
  for (const [at, rng] of rngs.entries()) {
    const share = rng.uniform(...area);
    const ratio = Math.exp(rng.uniform(Math.log(aspect[0]), Math.log(aspect[1])));
    const h = Math.min(1, Math.sqrt(share / ratio)) * height;
    const w = Math.min(1, Math.sqrt(share * ratio)) * width;
    const [top, left] = [rng.uniform(0, height - h), rng.uniform(0, width - w)];
    const image = values.subarray(at * size, (at + 1) * size);
    const columns = Array.from({ length: width }, (_, x) => between(left + ((x + 0.5) * w) / width - 0.5, width));
    for (let y = 0; y < height; y++) {
      const row = between(top + ((y + 0.5) * h) / height - 0.5, height);
      for (let x = 0; x < width; x++) {
        const column = columns[x];
        for (let c = 0; c < channels; c++) {
          const value = (r: number, q: number) => image[(r * width + q) * channels + c];
          const upper = value(row.low, column.low) * (1 - column.share) + value(row.low, column.high) * column.share;
          const lower = value(row.high, column.low) * (1 - column.share) + value(row.high, column.high) * column.share;
          cut[at * size + (y * width + x) * channels + c] = upper * (1 - row.share) + lower * row.share;
        }
      }
    }
  }
  return cut;
}

/** The two places on an axis that a position lies between, and how far it is from the first; outside is the border. */
function between(position: number, length: number): { low: number; high: number; share: number } {
  const place = Math.min(length - 1, Math.max(0, position));
  const low = Math.floor(place);
  return { low, high: Math.min(length - 1, low + 1), share: place - low };
}
