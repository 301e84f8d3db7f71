import { gatherRows } from "../../engine/ops/gather.js";
import * as tf from "../../engine/tf.js";
import { featuresAt, sumFeatures } from "../../heads/pixels.js";
import type { Pass } from "../passes.js";

/** Feature rows at pixels of the whole batch, whose images went through the network in these passes, in the order of the pixels. */
export function rowsAt(passes: readonly Pass[], pixels: Int32Array): tf.Tensor2D {
  const size = pixelsOf(passes[0]);
  const parts: tf.Tensor2D[] = [];
  const order: number[] = [];
  let from = 0;
  for (const pass of passes) {
    const to = from + pass.images * size;
    const places = [...pixels.keys()].filter((at) => pixels[at] >= from && pixels[at] < to);
    const start = from;
    if (places.length > 0)
      parts.push(
        featuresAt(
          pass.features,
          Int32Array.from(places, (at) => pixels[at] - start),
        ),
      );
    order.push(...places);
    from = to;
  }
  const rows = parts.length === 1 ? parts[0] : tf.concat2d(parts, 0);
  return isAscending(order) ? rows : (gatherRows(rows, tf.tensor1d(inverse(order), "int32")) as tf.Tensor2D);
}

/** Sets of weighted pixels of some images: weights [images, …size, sets], row by row, and each set's sum of weights. */
export interface PixelSets {
  weights: Float32Array;
  totals: readonly number[];
}

/** Sets out of lists of pixels, of a batch with so many in all. */
export function pixelSets(lists: readonly Int32Array[], count: number): PixelSets {
  const weights = new Float32Array(count * lists.length);
  for (const [at, list] of lists.entries()) for (const pixel of list) weights[pixel * lists.length + at] = 1;
  return { weights, totals: lists.map(({ length }) => length) };
}

/** Means of the features over sets of pixels of the images that went through the network in these passes, [sets, features]; a set without pixels gives zeros. */
export function meansOver(passes: readonly Pass[], { weights, totals }: PixelSets): tf.Tensor2D {
  const perImage = weights.length / passes.reduce((sum, { images }) => sum + images, 0);
  let from = 0;
  const sums = passes.map(({ images, features }) => {
    const size = features[features.length - 1].shape.slice(1, -1);
    const own = weights.subarray(from * perImage, (from + images) * perImage);
    from += images;
    return sumFeatures(features, tf.tensor(own, [images, ...size, totals.length]));
  });
  const divisors = totals.map((total) => Math.max(total, 1e-12));
  return tf.addN(sums).div(tf.tensor2d(divisors, [totals.length, 1])) as tf.Tensor2D;
}

const pixelsOf = ({ images, features }: Pass) => {
  const finest = features[features.length - 1];
  return finest.size / images / finest.shape[finest.rank - 1];
};

const isAscending = (order: readonly number[]) => order.every((at, i) => at === i);

function inverse(order: readonly number[]): Int32Array {
  const places = new Int32Array(order.length);
  for (const [i, at] of order.entries()) places[at] = i;
  return places;
}
