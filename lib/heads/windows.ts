import * as tf from "../engine/tf.js";

/** Size and stride of overlapping windows along each axis, and the size to which each is average-pooled. */
export interface Windows {
  size: readonly number[];
  stride: readonly number[];
  pooled?: number;
}

/** The windows of the released pre-training: 7×7 of a quarter of an image's height and width, or of 20 voxels every 10 in a volume. */
export function windowsOf(imageSize: readonly number[]): Windows {
  if (imageSize.length === 3)
    return { size: imageSize.map((n) => Math.min(20, n)), stride: imageSize.map((n) => Math.min(10, n)) };
  return { size: imageSize.map((n) => Math.floor(n / 4)), stride: imageSize.map((n) => Math.floor(n / 8)) };
}

/**
 * Cuts a map [n, ...size, channels] into windows (row-major) and average-pools each to pooled × pooled (× pooled) pixels:
 * [n, windows, pixels, channels]. Windows that would reach over the border are left out.
 */
export function windows(map: tf.Tensor, { size, stride, pooled = 8 }: Windows): tf.Tensor {
  const [n, ...lengths] = map.shape.slice(0, -1);
  const counts = lengths.map((length, axis) => 1 + Math.floor((length - size[axis]) / stride[axis]));
  let averaged = map;
  for (const [axis, length] of lengths.entries()) {
    const places = bins(size[axis], pooled);
    const starts = Array.from({ length: counts[axis] }, (_, window) => window * stride[axis]);
    averaged = alongAxis(averaged, axis + 1, averages(length, starts, places));
  }
  // [n, windows₁·pooled, windows₂·pooled, …, channels]: brings the windows of one axis after the other to the front
  let [outer, pixels] = [n * counts[0], pooled];
  for (const count of counts.slice(1)) {
    averaged = averaged.reshape([outer, pixels, count, -1]).transpose([0, 2, 1, 3]);
    outer *= count;
    pixels *= pooled;
  }
  return averaged.reshape([n, outer / n, pixels, -1]);
}

/** First and last (exclusive) place of each of PyTorch's adaptive pooling bins; they overlap where `size` is no multiple of `pooled`. */
const bins = (size: number, pooled: number): [number, number][] =>
  Array.from({ length: pooled }, (_, bin) => [
    Math.floor((bin * size) / pooled),
    Math.ceil(((bin + 1) * size) / pooled),
  ]);

/** Averaging over windows and bins of one axis as a matrix [windows·bins, length]. */
function averages(length: number, starts: readonly number[], places: readonly [number, number][]): tf.Tensor {
  const matrix = new Float32Array(starts.length * places.length * length);
  for (const [window, start] of starts.entries())
    for (const [bin, [from, to]] of places.entries()) {
      const row = (window * places.length + bin) * length + start;
      matrix.fill(1 / (to - from), row + from, row + to);
    }
  return tf.tensor(matrix, [1, matrix.length / length, length]);
}

/** The product of a matrix [1, out, in] with one axis of a tensor. */
function alongAxis(x: tf.Tensor, axis: number, matrix: tf.Tensor): tf.Tensor {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const outer = before.reduce((a, b) => a * b, 1);
  return matrix.matMul(x.reshape([outer, x.shape[axis], -1])).reshape([...before, matrix.shape[1] ?? 0, ...after]);
}
