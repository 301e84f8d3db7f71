import { gatherRows } from "../engine/ops/gather.js";
import { asRows } from "../engine/rows.js";
import * as tf from "../engine/tf.js";
import { withoutGradient } from "../engine/withoutGradient.js";

/** Images [batch, height, width, channels] sampled at a grid [batch, …, …, 2]: bilinear, zero outside; differentiable in the images. */
export function warp(image: tf.Tensor, grid: tf.Tensor): tf.Tensor {
  const [, height, width, channels] = image.shape;
  const corners = withoutGradient(() => tf.tidy(() => cornersOf(grid, height, width)));
  const rows = asRows(image);
  const parts = corners.map(({ index, weight }) => gatherRows(rows, index).mul(weight));
  return tf.addN(parts).reshape([...grid.shape.slice(0, 3), channels]);
}

/** The four pixels around each place of a grid as rows of the images, and their weights; those outside weigh nothing. */
function cornersOf(grid: tf.Tensor, height: number, width: number): { index: tf.Tensor; weight: tf.Tensor }[] {
  const batch = grid.shape[0];
  const [x, y] = tf.unstack(grid.reshape([batch, -1, 2]), 2); // [batch, pixels]
  const first = tf
    .range(0, batch, 1, "int32")
    .mul(tf.scalar(height * width, "int32"))
    .reshape([batch, 1]);
  const columns = neighbors(x, width);
  return neighbors(y, height).flatMap((row) =>
    columns.map((column) => ({
      index: row.place.mul(tf.scalar(width, "int32")).add(column.place).add(first).reshape([-1]),
      weight: row.weight.mul(column.weight).reshape([-1, 1]),
    })),
  );
}

/** The two places next to a coordinate on an axis, and their weights. */
function neighbors(coordinate: tf.Tensor, length: number): { place: tf.Tensor; weight: tf.Tensor }[] {
  const at = coordinate.add(1).mul((length - 1) / 2);
  const below = at.floor();
  const share = at.sub(below);
  return [
    { place: below, weight: tf.sub(1, share) },
    { place: below.add(1), weight: share },
  ].map(({ place, weight }) => {
    const inside = place.greaterEqual(0).logicalAnd(place.less(length)).cast("float32");
    return { place: place.clipByValue(0, length - 1).cast("int32"), weight: weight.mul(inside) };
  });
}
