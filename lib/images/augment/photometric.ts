import type { Rng } from "../../engine/random.js";

/** How strongly grey values are changed; probabilities are per image, factors are drawn around 1. */
export interface PhotometricOptions {
  jitterProbability?: number;
  /** Half the range of the factor that multiplies the values, and of the one that stretches them about their mean. */
  brightness?: number;
  contrast?: number;
  blurProbability?: number;
  /** Smallest and largest standard deviation of the blur, in pixels. */
  sigma?: readonly [number, number];
  /** Whether values pass through 8 bits of their own range, as in the released code. */
  quantise8?: boolean;
}

/** Images as one array [images, ...size, channels] with that shape. */
export interface Images {
  values: Float32Array;
  shape: readonly number[];
}

/**
 * Brightness, contrast and Gaussian blur of each image on its own (released code: p ½, factors 0.75–1.25, σ 0.15–1.15 pixels); a new array.
 * Volumes are blurred slice by slice, along their first two axes. Every image takes the same number of draws from its stream, whatever happens to it.
 */
export function photometric(
  { values, shape }: Images,
  rngs: readonly Rng[],
  {
    jitterProbability = 0.5,
    brightness = 0.25,
    contrast = 0.25,
    blurProbability = 0.5,
    sigma = [0.15, 1.15],
    quantise8 = false,
  }: PhotometricOptions = {},
): Float32Array {
  const size = values.length / shape[0];
  const changed = values.slice();
  for (const [at, rng] of rngs.entries()) {
    const image = changed.subarray(at * size, (at + 1) * size);
    const isJittered = rng.uniform() < jitterProbability;
    const factors = [rng.uniform(1 - brightness, 1 + brightness), rng.uniform(1 - contrast, 1 + contrast)] as const;
    const isBlurred = rng.uniform() < blurProbability;
    const width = rng.uniform(...sigma);
    if (quantise8) toBytes(image);
    if (isJittered) jitter(image, factors);
    if (isBlurred) blur(image, shape.slice(1), width);
    if (quantise8) toBytes(image);
  }
  return changed;
}

// Without clipping between the two their order does not matter.
function jitter(image: Float32Array, [brightness, contrast]: readonly [number, number]): void {
  let sum = 0;
  for (const value of image) sum += value;
  const scale = brightness * contrast;
  const shift = (brightness * (1 - contrast) * sum) / image.length;
  for (let i = 0; i < image.length; i++) image[i] = scale * image[i] + shift;
}

function toBytes(image: Float32Array): void {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of image) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const step = (high - low) / 255;
  if (step > 0) for (let i = 0; i < image.length; i++) image[i] = low + step * Math.floor((image[i] - low) / step);
}

/** Gaussian blur in place of one image [...size, channels], along its second axis and then its first; outside is the nearest border. */
function blur(image: Float32Array, shape: readonly number[], sigma: number): void {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float32Array.from({ length: radius + 1 }, (_, at) => Math.exp(-((at / sigma) ** 2) / 2));
  const total = kernel.reduce((sum, weight, at) => sum + (at === 0 ? weight : 2 * weight), 0);
  for (let at = 0; at <= radius; at++) kernel[at] /= total;
  for (const axis of [1, 0]) blurAlong(image, shape, axis, kernel);
}

function blurAlong(image: Float32Array, shape: readonly number[], axis: number, kernel: Float32Array): void {
  const length = shape[axis];
  const step = shape.slice(axis + 1).reduce((product, size) => product * size, 1); // from one value to the next on a line
  const radius = kernel.length - 1;
  const padded = new Float32Array(length + 2 * radius);
  for (let block = 0; block < image.length; block += length * step)
    for (let start = block; start < block + step; start++) {
      for (let i = 0; i < length; i++) padded[radius + i] = image[start + i * step];
      padded.fill(padded[radius], 0, radius);
      padded.fill(padded[radius + length - 1], radius + length);
      for (let i = 0; i < length; i++) {
        let sum = kernel[0] * padded[radius + i];
        for (let at = 1; at <= radius; at++) sum += kernel[at] * (padded[radius + i - at] + padded[radius + i + at]);
        image[start + i * step] = sum;
      }
    }
}
