import type { Rng } from "../../engine/random.js";
import { standard } from "../pictures/standard.js";
import type { Images } from "./photometric.js";

/** How strongly colours are changed; the defaults are ReCo's. */
export interface ColourOptions {
  /** Of an image to be changed at all. */
  probability?: number;
  /** Half the range of the factors of brightness, contrast and saturation, around 1. */
  factor?: number;
  /** Half the range of the hue's shift, in turns. */
  hue?: number;
  /** Whether values pass through 8 bits, cut off and not rounded, as in the released code. */
  quantise8?: boolean;
}

/**
 * Brightness, contrast, saturation and hue of standardised photographs, each image on its own, the four in random order (`transform` of ReCo, by torchvision and Pillow);
 * values beyond black and white are clipped after each. Every image takes the same number of draws from its stream, whatever happens to it.
 */
export function colour(
  { values, shape }: Images,
  rngs: readonly Rng[],
  { probability = 0.8, factor = 0.25, hue = 0.25, quantise8 = false }: ColourOptions = {},
): Float32Array {
  const size = values.length / shape[0];
  const changed = values.slice();
  for (const [at, rng] of rngs.entries()) {
    const isChanged = rng.uniform() < probability;
    const draws = Array.from({ length: 3 }, () => rng.uniform(1 - factor, 1 + factor));
    const shift = rng.uniform(-hue, hue);
    const order = rng.permutation(4);
    if (!isChanged && !quantise8) continue;
    const image = changed.subarray(at * size, (at + 1) * size);
    toColours(image);
    if (quantise8) toBytes(image);
    if (isChanged)
      for (const change of order) {
        if (change === 3) turnHue(image, shift);
        else blends[change](image, draws[change]);
        if (quantise8) toBytes(image);
      }
    toStandard(image);
  }
  return changed;
}

// Standardised values as colours from 0 to 1, and back; in place.
function toColours(image: Float32Array): void {
  for (let i = 0; i < image.length; i++)
    image[i] = clipped(image[i] * standard.deviation[i % 3] + standard.mean[i % 3]);
}

function toStandard(image: Float32Array): void {
  for (let i = 0; i < image.length; i++) image[i] = (image[i] - standard.mean[i % 3]) / standard.deviation[i % 3];
}

const clipped = (value: number) => Math.min(1, Math.max(0, value));

function toBytes(image: Float32Array): void {
  for (let i = 0; i < image.length; i++) image[i] = Math.floor(255 * image[i]) / 255;
}

const grey = (image: Float32Array, i: number) => 0.299 * image[i] + 0.587 * image[i + 1] + 0.114 * image[i + 2];

/** f·x + (1 − f)·other, where the other is black, the mean grey of the image, and the grey of the pixel. */
const blends: readonly ((image: Float32Array, factor: number) => void)[] = [
  (image, factor) => blend(image, factor, () => 0),
  (image, factor) => {
    let sum = 0;
    for (let i = 0; i < image.length; i += 3) sum += grey(image, i);
    const mean = (3 * sum) / image.length;
    blend(image, factor, () => mean);
  },
  (image, factor) => blend(image, factor, (i) => grey(image, i)),
];

function blend(image: Float32Array, factor: number, otherAt: (i: number) => number): void {
  for (let i = 0; i < image.length; i += 3) {
    const other = (1 - factor) * otherAt(i);
    for (let c = i; c < i + 3; c++) image[c] = clipped(factor * image[c] + other);
  }
}

/** Turns the hue of every pixel (in hue, saturation, value), by a share of the circle. */
function turnHue(image: Float32Array, shift: number): void {
  for (let i = 0; i < image.length; i += 3) {
    const [red, green, blue] = [image[i], image[i + 1], image[i + 2]];
    const value = Math.max(red, green, blue);
    const range = value - Math.min(red, green, blue);
    if (range === 0) continue;
    const sixth =
      value === red ? (green - blue) / range : value === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
    const turned = sixth + 6 * shift + 12; // above 0
    for (let c = 0; c < 3; c++) {
      const distance = (turned + 5 - 2 * c) % 6; // red at 5, green at 3, blue at 1 sixths
      image[i + c] = value - range * Math.max(0, Math.min(distance, 4 - distance, 1));
    }
  }
}
