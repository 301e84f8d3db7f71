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

/**
 * Resizes a photograph by a random factor (bilinear, antialiased; labels nearest), cuts a window out of it anywhere and mirrors it with probability ½,
 * image and label alike (`transform` of ReCo). Where it is smaller than the window, right and below are filled with its reflection, and labelled −1.
 * Every photograph takes the same number of draws, whatever is switched off.
 */
export function photoCrop(
  { image, label, shape }: Picture,
  { size, scales = [1, 1], crop = true, flip = true }: PhotoCropOptions,
  rng: Rng,
): Picture {
  const scale = rng.uniform(...scales);
  const draws = [rng.uniform(), rng.uniform()];
  const isMirrored = rng.uniform() < 0.5 && flip;
  const resized = shape.map((length) => (crop ? Math.max(1, Math.floor(length * scale)) : length));
  const [rows, columns] = resized.map((length, axis) => window(length, size[axis], crop ? draws[axis] : 0.5));
  if (isMirrored) columns.reverse();
  return {
    image: cutImage(image, shape, resized, [rows, columns]),
    label: label && cutLabel(label, shape, resized, [rows, columns]),
    shape: [...size],
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

function cutImage(
  image: Float32Array,
  shape: readonly number[],
  resized: readonly number[],
  window: readonly Int32Array[],
): Float32Array {
  const [height, width] = shape;
  const channels = image.length / (height * width);
  const [rows, columns] = window.map((places, axis) => {
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

function cutLabel(
  label: Int8Array,
  shape: readonly number[],
  resized: readonly number[],
  [rows, columns]: readonly Int32Array[],
): Int8Array {
  const [down, right] = shape.map((length, axis) => nearestPlaces(length, resized[axis]));
  const cut = new Int8Array(rows.length * columns.length).fill(-1);
  let at = 0;
  for (const y of rows)
    for (const x of columns) {
      if (y < resized[0] && x < resized[1]) cut[at] = label[down[y] * shape[1] + right[x]];
      at++;
    }
  return cut;
}
