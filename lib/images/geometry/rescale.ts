import { Problem } from "../../problem.js";
import type { Pixels } from "../pictures/pixels.js";

/** How the pixels between pixels are found: as Pillow names them, with its antialiasing where a picture gets smaller. */
export type Kernel = "bilinear" | "bicubic";

/** The old places that a new one is mixed from, and their shares (sum 1). */
export interface Taps {
  first: number;
  weights: Float64Array;
}

// Triangle, and Keys' cubic with a = −½; each with its half width.
const kernels: Record<Kernel, { support: number; at(x: number): number }> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    at(signed) {
      const x = Math.abs(signed);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    },
  },
};

/** For every place of a resized axis what it is mixed from (Pillow's `precompute_coeffs`): the kernel is widened where the axis shrinks. */
export function taps(from: number, to: number, kernel: Kernel): Taps[] {
  const { support, at } = kernels[kernel];
  const scale = from / to;
  const stretch = Math.max(1, scale);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support * stretch + 0.5));
    const end = Math.min(from, Math.trunc(centre + support * stretch + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, i) => at((first + i - centre + 0.5) / stretch));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => weight / total) };
  });
}

/** Old places nearest to the centres of the new ones, as Pillow's `NEAREST`. */
export const nearestPlaces = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to }, (_, place) => Math.floor(((place + 0.5) * from) / to));

/** A photograph in another size, to the byte as Pillow's `Image.resize` gives it; the input itself where the size is the same. */
export function rescale(photo: Pixels, size: readonly number[], kernel: Kernel | "nearest"): Pixels {
  const [height, width] = checked(size);
  if (photo.shape[0] === height && photo.shape[1] === width) return photo;
  if (kernel === "nearest") return { data: pick(photo.data, photo.shape, size, 3), shape: [height, width] };
  const wide = resizeRows(photo, width, kernel);
  return resizeColumns(wide, height, kernel);
}

/** A map of classes in another size: every pixel takes the class nearest to its centre. */
export function rescaleMap<A extends Uint8Array | Int8Array>(
  map: A,
  shape: readonly number[],
  size: readonly number[],
): A;
export function rescaleMap(map: Uint8Array | Int8Array, shape: readonly number[], size: readonly number[]) {
  checked(size);
  if (shape[0] === size[0] && shape[1] === size[1]) return map;
  return pick(map, shape, size, 1);
}

function checked(size: readonly number[]): readonly number[] {
  if (size.length === 2 && size.every((length) => Number.isInteger(length) && length > 0)) return size;
  throw new Problem(`size of a picture: found ${size.join("×")}, expected height and width in pixels`);
}

function pick<A extends Uint8Array | Int8Array>(
  data: A,
  shape: readonly number[],
  size: readonly number[],
  channels: number,
): A;
function pick(data: Uint8Array | Int8Array, shape: readonly number[], size: readonly number[], channels: number) {
  const [rows, columns] = shape.map((length, axis) => nearestPlaces(length, size[axis]));
  const picked = new (data instanceof Int8Array ? Int8Array : Uint8Array)(size[0] * size[1] * channels);
  let at = 0;
  for (const row of rows)
    for (const column of columns)
      for (let c = 0; c < channels; c++) picked[at++] = data[(row * shape[1] + column) * channels + c];
  return picked;
}

const one = 2 ** 22; // Pillow computes with shares of 22 bits
const shares = ({ weights }: Taps) =>
  Int32Array.from(weights, (weight) => Math.trunc(weight * one + Math.sign(weight) / 2));
const byte = (sum: number) => Math.min(255, Math.max(0, sum >> 22));

function resizeRows({ data, shape: [height, width] }: Pixels, newWidth: number, kernel: Kernel): Pixels {
  if (newWidth === width) return { data, shape: [height, width] };
  const resized = new Uint8Array(height * newWidth * 3);
  for (const [x, tap] of taps(width, newWidth, kernel).entries()) {
    const parts = shares(tap);
    for (let y = 0; y < height; y++)
      for (let c = 0; c < 3; c++) {
        let sum = one / 2;
        for (let i = 0, from = (y * width + tap.first) * 3 + c; i < parts.length; i++, from += 3)
          sum += parts[i] * data[from];
        resized[(y * newWidth + x) * 3 + c] = byte(sum);
      }
  }
  return { data: resized, shape: [height, newWidth] };
}

function resizeColumns({ data, shape: [height, width] }: Pixels, newHeight: number, kernel: Kernel): Pixels {
  if (newHeight === height) return { data, shape: [height, width] };
  const row = width * 3;
  const resized = new Uint8Array(newHeight * row);
  for (const [y, tap] of taps(height, newHeight, kernel).entries()) {
    const parts = shares(tap);
    for (let x = 0; x < row; x++) {
      let sum = one / 2;
      for (let i = 0, from = tap.first * row + x; i < parts.length; i++, from += row) sum += parts[i] * data[from];
      resized[y * row + x] = byte(sum);
    }
  }
  return { data: resized, shape: [newHeight, width] };
}
