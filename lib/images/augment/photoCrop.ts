import type { Rng } from "../../engine/random.js";
import { nearestPlaces, taps } from "../geometry/rescale.js";
import type { Picture } from "./slices.js";

/** What is cut out of a photograph. */
export interface PhotoCropOptions {
  /** Height and width of the cut. */
  size: readonly number[];
  /** Smallest and largest factor by which the photograph is resized first. */
  scales?: readonly [number, number];
  /** Whether size and place are drawn; otherwise the middle is cut, unscaled. */
  crop?: boolean;
  /** Whether half of the cuts are mirrored left to right. */
  flip?: boolean;
}

/** A part of a resized photograph: the size it is resized to, and the places of the part's rows and columns in it, which may lie beyond its lower and right ends. */
export interface PhotoCrop {
  shape: readonly number[];
  resized: readonly number[];
  rows: Int32Array;
  columns: Int32Array;
}

/**
 * Draws a part: a factor by which a photograph of some shape is resized, a window anywhere in it, mirrored with probability ½ (`transform` of ReCo).
 * Every photograph takes the same number of draws, whatever is switched off.
 */
export function drawPhotoCrop(
  shape: readonly number[],
  { size, scales = [1, 1], crop = true, flip = true }: PhotoCropOptions,
  rng: Rng,
): PhotoCrop {
  const scale = rng.uniform(...scales);
  const draws = [rng.uniform(), rng.uniform()];
  const isMirrored = rng.uniform() < 0.5 && flip;
  const resized = shape.map((length) => (crop ? Math.max(1, Math.floor(length * scale)) : length));
  const [rows, columns] = resized.map((length, axis) => window(length, size[axis], crop ? draws[axis] : 0.5));
  if (isMirrored) columns.reverse();
  return { shape, resized, rows, columns };
}

/** A photograph and its label cut alike by a random part: the image bilinear and antialiased, filled with its reflection; the label nearest, −1 where it is filled. */
export function photoCrop({ image, label, shape }: Picture, options: PhotoCropOptions, rng: Rng): Picture {
  const crop = drawPhotoCrop(shape, options, rng);
  const sources = label && cropSources(crop);
  return {
    image: cropImage(image, crop),
    label: label && Int8Array.from(sources ?? [], (from) => (from < 0 ? -1 : label[from])),
    shape: [...options.size],
  };
}

/** Places of a window in a line of some length, from its beginning to its end by a number in [0, 1); what lies beyond the line has a place too. */
function window(length: number, size: number, draw: number): Int32Array {
  const start = Math.floor(draw * (Math.max(0, length - size) + 1));
  return Int32Array.from({ length: size }, (_, i) => start + i);
}

/** The place within a line that shows up where it is mirrored at its ends, which do not repeat. */
export function reflected(place: number, length: number): number {
  const period = Math.max(1, 2 * (length - 1));
  const within = place % period;
  return Math.min(within, period - within);
}

/** A part of an image [height, width, channels]. */
export function cropImage(image: Float32Array, { shape, resized, ...window }: PhotoCrop): Float32Array {
  const [height, width] = shape;
  const channels = image.length / (height * width);
  const [rows, columns] = [window.rows, window.columns].map((places, axis) => {
    const mixes = taps(shape[axis], resized[axis], "bilinear");
    return Array.from(places, (place) => mixes[reflected(place, resized[axis])]);
  });
  const top = Math.min(...rows.map(({ first }) => first));
  const bottom = Math.max(...rows.map(({ first, weights }) => first + weights.length));
  const line = columns.length * channels;
  const across = new Float32Array((bottom - top) * line);
  for (let y = top, at = 0; y < bottom; y++)
    for (const { first, weights } of columns)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let i = 0, from = (y * width + first) * channels + c; i < weights.length; i++, from += channels)
          sum += weights[i] * image[from];
        across[at++] = sum;
      }
  const cut = new Float32Array(rows.length * line);
  for (const [y, { first, weights }] of rows.entries())
    for (const [i, weight] of weights.entries()) {
      if (weight === 0) continue;
      const from = (first - top + i) * line;
      for (let x = 0; x < line; x++) cut[y * line + x] += weight * across[from + x];
    }
  return cut;
}

/** For every pixel of a part the nearest one of the photograph, −1 where it lies beyond. */
export function cropSources({ shape, resized, rows, columns }: PhotoCrop): Int32Array {
  const [down, right] = shape.map((length, axis) => nearestPlaces(length, resized[axis]));
  const sources = new Int32Array(rows.length * columns.length).fill(-1);
  let at = 0;
  for (const y of rows)
    for (const x of columns) {
      if (y < resized[0] && x < resized[1]) sources[at] = down[y] * shape[1] + right[x];
      at++;
    }
  return sources;
}
