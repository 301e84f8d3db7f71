import { gatherRows } from "../../engine/ops/gather.js";
import * as tf from "../../engine/tf.js";
import { featuresAt, meanFeatures } from "../../heads/pixels.js";
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

/** Means of the features over weighted pixels, [groups, features]: `weights` [images, …size, groups] of the whole batch; a group without pixels gives zeros. */
export function meansOver(passes: readonly Pass[], weights: tf.Tensor): tf.Tensor2D {
  const groups = weights.shape[weights.rank - 1];
  const flat = weights.reshape([weights.shape[0], -1]);
  let from = 0;
  const parts = passes.map(({ images, features }) => {
    const part = flat.slice([from, 0], [images, -1]).reshape([images, ...weights.shape.slice(1)]);
    from += images;
    const total = part.reshape([-1, groups]).sum(0).reshape([groups, 1]);
    return { total, sum: meanFeatures(features, part).mul(total) };
  });
  const total = tf.addN(parts.map((part) => part.total));
  return tf.addN(parts.map((part) => part.sum)).div(total.maximum(1e-12)) as tf.Tensor2D;
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
