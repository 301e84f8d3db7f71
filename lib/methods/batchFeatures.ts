import { gatherRows } from "../engine/ops/gather.js";
import * as tf from "../engine/tf.js";
import { featuresAt, sumFeatures, type Upsampling } from "../heads/pixels.js";
import type { FeatureMaps } from "./forward.js";

/** Features at pixels of the whole batch, [pixels, features], in the order of the pixels; zeros for a pixel −1. */
export function batchFeaturesAt(maps: readonly FeatureMaps[], pixels: Int32Array, how: Upsampling = {}): tf.Tensor2D {
  if (maps.length === 1) return featuresAt(maps[0].features, pixels, how);
  const parts: tf.Tensor2D[] = [];
  const places = new Int32Array(pixels.length); // of each pixel's row in the joined parts
  let [from, count] = [0, 0];
  for (const part of maps) {
    const to = from + pixelsOf(part);
    const own: number[] = [];
    for (let i = 0; i < pixels.length; i++)
      if ((pixels[i] >= from || from === 0) && pixels[i] < to) {
        places[i] = count + own.length;
        own.push(pixels[i] - from);
      }
    if (own.length > 0) parts.push(featuresAt(part.features, Int32Array.from(own), how));
    count += own.length;
    from = to;
  }
  const rows = parts.length === 1 ? parts[0] : tf.concat2d(parts, 0);
  return isAscending(places) ? rows : (gatherRows(rows, tf.tensor1d(places, "int32")) as tf.Tensor2D);
}

/** Sets of weighted pixels of some images: weights [images, …size, sets], row-major, and each set's sum of weights. */
export interface PixelSets {
  weights: Float32Array;
  totals: readonly number[];
}

/** Sets from lists of pixels, each of weight 1, in a batch of `count` pixels; a pixel −1 counts, as one of zeros. */
export function pixelSets(lists: readonly Int32Array[], count: number): PixelSets {
  const sets = lists.length;
  const weights = new Float32Array(count * sets);
  for (const [at, list] of lists.entries()) for (const pixel of list) if (pixel >= 0) weights[pixel * sets + at] = 1;
  return { weights, totals: lists.map(({ length }) => length) };
}

/** Weighted means of the features over sets of pixels, [sets, features]; zeros for an empty set. */
export function batchFeatureMeans(
  maps: readonly FeatureMaps[],
  { weights, totals }: PixelSets,
  how: Upsampling = {},
): tf.Tensor2D {
  const perImage = weights.length / maps.reduce((sum, { images }) => sum + images, 0);
  let from = 0;
  const sums = maps.map(({ images, features }) => {
    const size = features[features.length - 1].shape.slice(1, -1);
    const own = weights.subarray(from * perImage, (from + images) * perImage);
    from += images;
    return sumFeatures(features, tf.tensor(own, [images, ...size, totals.length]), how);
  });
  const divisors = totals.map((total) => Math.max(total, 1e-12));
  return tf.addN(sums).div(tf.tensor2d(divisors, [totals.length, 1])) as tf.Tensor2D;
}

const pixelsOf = ({ features }: FeatureMaps) => {
  const finest = features[features.length - 1];
  return finest.size / finest.shape[finest.rank - 1];
};

const isAscending = (places: Int32Array) => places.every((place, i) => place === i);
