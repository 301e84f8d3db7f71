import * as tf from "../tf.js";

/** Linear interpolation to a size ([height, width] or [x, y, z]), corners on corners (PyTorch's align_corners), of [batch, …size, channels]. */
export function resize(x: tf.Tensor, size: readonly number[]): tf.Tensor {
  if (x.rank === 4) return tf.image.resizeBilinear(x as tf.Tensor4D, [size[0], size[1]], true);
  // Linear interpolation is separable: first y and z of every x, then x with y and z as one axis that keeps its length.
  const [batch, nx, ny, nz, channels] = x.shape;
  const planes = tf.image.resizeBilinear(
    x.reshape([batch * nx, ny, nz, channels]) as tf.Tensor4D,
    [size[1], size[2]],
    true,
  );
  const area = size[1] * size[2];
  return tf.image
    .resizeBilinear(planes.reshape([batch, nx, area, channels]) as tf.Tensor4D, [size[0], area], true)
    .reshape([batch, ...size, channels]);
}

/** Nearest neighbours: [batch, …size, channels] at a size of multiples of its own ([height, width] or [x, y, z]). Every value is repeated, one axis after the other. */
export function repeat(x: tf.Tensor, size: readonly number[]): tf.Tensor {
  // TensorFlow's own is faster; it multiplies places by a float32, which is exact for powers of two.
  if (x.rank === 4 && size.every((length, at) => Number.isInteger(Math.log2(length / x.shape[at + 1]))))
    return tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [size[0], size[1]]);
  return size.reduce((seen, length, at) => {
    const [before, own, after] = [seen.shape.slice(0, at + 1), seen.shape[at + 1], seen.shape.slice(at + 2)];
    const inner = after.reduce((a, b) => a * b, 1);
    return seen
      .reshape([-1, 1, inner])
      .mul(tf.fill([1, length / own, 1], 1))
      .reshape([...before, length, ...after]);
  }, x);
}
