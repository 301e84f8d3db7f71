import * as tf from "../tf.js";

/** The adjoint of `resize` from a size: what is [batch, …finer, channels] comes down to [batch, …size, channels]. It has no gradient of its own. */
export function resizeAdjoint(dy: tf.Tensor, size: readonly number[]): tf.Tensor {
  const [batch, ...finer] = dy.shape.slice(0, -1);
  const channels = dy.shape[dy.rank - 1];
  if (size.length === 2) return adjoint(dy, [batch, ...size, channels]);
  // Backwards through the two steps of `resize`: x with y and z as one axis, then y and z of every x.
  const area = finer[1] * finer[2];
  const planes = adjoint(dy.reshape([batch, finer[0], area, channels]), [batch, size[0], area, channels]);
  const slices = planes.reshape([batch * size[0], finer[1], finer[2], channels]);
  return adjoint(slices, [batch * size[0], size[1], size[2], channels]).reshape([batch, ...size, channels]);
}

const adjoint = (dy: tf.Tensor, shape: number[]): tf.Tensor =>
  tf.tidy(() => {
    const images = tf.zeros(shape); // for its shape alone
    const dx = tf.engine().runKernel("ResizeBilinearGrad", { images, dy }, { alignCorners: true }) as tf.Tensor;
    return dx.reshape(shape); // the plain JavaScript backend exchanges height and width of the shape, though not of the values
  });
