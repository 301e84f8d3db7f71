import { resize } from "../engine/ops/resize.js";
import { resizeAdjoint } from "../engine/ops/resizeAdjoint.js";
import { weightedRows } from "../engine/ops/weightedRows.js";
import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** How a map of a pyramid comes to the finest grid: through every grid in between, or in one step. */
export interface Upsampling {
  upsampling?: "chained" | "direct";
}

/**
 * Input of a pyramid head at some pixels: rows [n, Σ widths] of all maps [batch, …size, width], coarse to fine. Pixels are flat indices
 * into [batch, …size of the finest map]; −1 gives zeros. Each map passes through the upsamplings up to the finest grid, as in the dense head,
 * but is evaluated at these pixels only: a weighted sum of two neighbours per axis, or of at most three through a chain of grids each twice the one before.
 */
export function featuresAt(
  features: readonly tf.Tensor[],
  pixels: Int32Array,
  { upsampling = "chained" }: Upsampling = {},
): tf.Tensor2D {
  const sizes = features.map(({ shape }) => shape.slice(1, -1));
  const last = sizes.length - 1;
  const route = (level: number) =>
    upsampling === "chained" || level === last ? sizes.slice(level) : [sizes[level], sizes[last]];
  const places = placesOf(pixels, sizes[last]);
  const parts = features.map((map, level) => {
    const { rows, weights, taps } = neighbors(places, sizes[level], axesOf(route(level)));
    for (let at = pixels.indexOf(-1); at >= 0; at = pixels.indexOf(-1, at + 1))
      weights.fill(0, at * taps, (at + 1) * taps);
    const shape: [number, number] = [pixels.length, taps];
    return weightedRows(asRows(map), tf.tensor2d(rows, shape, "int32"), tf.tensor2d(weights, shape));
  });
  return tf.concat(parts, 1) as tf.Tensor2D;
}

/**
 * A linear map [Σ widths, D] of what a pyramid head sees at every pixel, [batch, …size of the finest map, D]: each level is mapped on its own grid and brought up then,
 * which is the same, so that no map has more channels than D; those of a V-Net's features would take 1 GB for a patch of 112×112×80.
 */
export function mapEveryPixel(features: readonly tf.Tensor[], matrix: tf.Tensor2D): tf.Tensor {
  const own = tf.split(
    matrix,
    features.map((map) => map.shape[map.rank - 1]),
  );
  const mapped = features.map((map, level) =>
    asRows(map)
      .matMul(own[level])
      .reshape([...map.shape.slice(0, -1), -1]),
  );
  return mapped.reduce((coarse, map) => resize(coarse, map.shape.slice(1, -1)).add(map));
}

/**
 * Weighted sums of a pyramid head's input: rows [k, Σ widths] for weights [batch, …size of the finest map, k], such as the masks of
 * k classes. The adjoint of the upsamplings brings the weights down to each map, so no map is brought up.
 * Differentiable in the features; the weights are constants.
 */
export function sumFeatures(features: readonly tf.Tensor[], weights: tf.Tensor, how: Upsampling = {}): tf.Tensor2D {
  const maps = withoutGradient(() => weightsOf(features, weights, how));
  const sums = features.map((map, level) => asRows(maps[level]).matMul(asRows(map), true)); // [k, width]
  return tf.concat(sums, 1) as tf.Tensor2D;
}

/** Means over all pixels of each image of what a pyramid head sees: rows [images, Σ widths]. */
export function meanOfImages(features: readonly tf.Tensor[]): tf.Tensor2D {
  const [images, ...size] = features[features.length - 1].shape.slice(0, -1);
  const maps = withoutGradient(() => weightsOf(features, tf.fill([1, ...size, 1], 1 / size.reduce((a, b) => a * b))));
  const means = features.map((map, level) => {
    const pixels = map.reshape([images, -1, map.shape[map.rank - 1]]);
    return maps[level].reshape([1, 1, -1]).matMul(pixels).reshape([images, -1]); // [images, width]
  });
  return tf.concat(means, 1) as tf.Tensor2D;
}

/** The adjoint of the upsamplings: weights of pixels, brought down to each map. */
function weightsOf(
  features: readonly tf.Tensor[],
  weights: tf.Tensor,
  { upsampling = "chained" }: Upsampling = {},
): tf.Tensor[] {
  if (upsampling === "direct") {
    const coarser = features.slice(0, -1);
    return [...coarser.map(({ shape }) => resizeAdjoint(weights, shape.slice(1, -1))), weights];
  }
  const pyramid = [weights];
  for (const { shape } of [...features].reverse().slice(1))
    pyramid.unshift(resizeAdjoint(pyramid[0], shape.slice(1, -1)));
  return pyramid;
}

/** `sumFeatures` over the sum of the weights: weighted means; zeros where the weights sum to zero. */
export function meanFeatures(features: readonly tf.Tensor[], weights: tf.Tensor): tf.Tensor2D {
  const total = withoutGradient(() => asRows(weights).sum(0).reshape([-1, 1]));
  return sumFeatures(features, weights).div(total.add(total.equal(0))) as tf.Tensor2D;
}

/** The image of each pixel, then its place on each axis; those of the first pixel for −1. */
export function placesOf(pixels: Int32Array, size: readonly number[]): Int32Array[] {
  const image = pixels.map((pixel) => Math.max(0, pixel));
  const axes = [...size].reverse().map((length) => {
    const places = new Int32Array(pixels.length);
    for (let i = 0; i < places.length; i++) {
      places[i] = image[i] % length;
      image[i] = (image[i] - places[i]) / length;
    }
    return places;
  });
  return [image, ...axes.reverse()];
}

/** Neighbouring places of an axis with their weights. */
interface Stretch {
  first: number;
  weights: number[];
}

/** The stretches of all places of an axis, padded to the longest: [places, width] places with their weights. */
interface Axis {
  width: number;
  at: Int32Array;
  weights: Float64Array;
}

const known = new Map<string, Axis[]>();

/** What each place of the finest grid takes from the coarsest along every axis; `sizes` from coarse to fine. Found once for a network's maps. */
function axesOf(sizes: readonly (readonly number[])[]): Axis[] {
  const key = sizes.map((size) => size.join("x")).join();
  const found = known.get(key) ?? sizes[0].map((last, axis) => padded(through(sizes.map((size) => size[axis])), last));
  known.set(key, found);
  return found;
}

function padded(stretches: readonly Stretch[], size: number): Axis {
  const width = Math.max(...stretches.map(({ weights }) => weights.length));
  const steps = Array.from({ length: width }, (_, step) => step);
  return {
    width,
    at: Int32Array.from(stretches.flatMap(({ first }) => steps.map((step) => Math.min(first + step, size - 1)))),
    weights: Float64Array.from(stretches.flatMap(({ weights }) => steps.map((step) => weights[step] ?? 0))),
  };
}

/** What each place of the last of a chain of grids takes from the first, along one axis whose lengths are given. */
function through(lengths: readonly number[]): Stretch[] {
  const finest = lengths[lengths.length - 1];
  let stretches = Array.from({ length: finest }, (_, place): Stretch => ({ first: place, weights: [1] }));
  for (let level = lengths.length - 2; level >= 0; level--)
    stretches = stretches.map((stretch) => onCoarser(stretch, lengths[level], lengths[level + 1]));
  return stretches;
}

/** The same stretch on the grid before, of which each place is a linear interpolation with corners on corners. */
function onCoarser({ first, weights }: Stretch, coarse: number, fine: number): Stretch {
  const steps = Math.max(1, fine - 1);
  const below = (place: number) => Math.floor((place * (coarse - 1)) / steps);
  const start = below(first);
  const taken: number[] = [];
  const take = (place: number, weight: number) => {
    while (taken.length <= place - start) taken.push(0);
    taken[place - start] += weight;
  };
  for (const [i, weight] of weights.entries()) {
    const share = (((first + i) * (coarse - 1)) % steps) / steps; // exact: all whole numbers
    take(below(first + i), weight * (1 - share));
    if (share > 0) take(below(first + i) + 1, weight * share);
  }
  return { first: start, weights: taken };
}

/** Rows of a map and their weights, the same number of taps for each pixel: the products of the stretches of its axes. */
function neighbors([image, ...places]: readonly Int32Array[], size: readonly number[], axes: readonly Axis[]) {
  const taps = axes.reduce((product, { width }) => product * width, 1);
  const rows = new Int32Array(image.length * taps);
  const weights = new Float32Array(image.length * taps);
  const steps = stepsOf(axes);
  for (let pixel = 0, at = 0; pixel < image.length; pixel++)
    for (let tap = 0; tap < taps; tap++, at++) {
      let [row, weight] = [image[pixel], 1];
      for (let axis = 0; axis < axes.length; axis++) {
        const { width, at: first, weights: shares } = axes[axis];
        const entry = places[axis][pixel] * width + steps[tap * axes.length + axis];
        row = row * size[axis] + first[entry];
        weight *= shares[entry];
      }
      rows[at] = row;
      weights[at] = weight;
    }
  return { rows, weights, taps };
}

/** Which neighbour along each axis a tap takes: [taps, axes], the first axis fastest. */
function stepsOf(axes: readonly Axis[]): Int32Array {
  const taps = axes.reduce((product, { width }) => product * width, 1);
  const steps = new Int32Array(taps * axes.length);
  for (let tap = 0; tap < taps; tap++)
    for (let axis = 0, rest = tap; axis < axes.length; axis++) {
      steps[tap * axes.length + axis] = rest % axes[axis].width;
      rest = Math.floor(rest / axes[axis].width);
    }
  return steps;
}
