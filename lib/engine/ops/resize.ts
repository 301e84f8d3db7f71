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
