import { isNative } from "../native.js";
import * as tf from "../tf.js";

/** The adjoint of `resize` from a size: what is [batch, …finer, channels] comes down to [batch, …size, channels]. It has no gradient of its own. */
export function resizeAdjoint(dy: tf.Tensor, size: readonly number[]): tf.Tensor {
  return tf.tidy(() => (isNative() ? byOperation : byMatrices)(dy, size));
}

function byOperation(dy: tf.Tensor, size: readonly number[]): tf.Tensor {
  const [batch, ...finer] = dy.shape.slice(0, -1);
  const channels = dy.shape[dy.rank - 1];
  if (size.length === 2) return adjoint(dy, [batch, ...size, channels]);
  // Backwards through the two steps of `resize`: x with y and z as one axis, then y and z of every x.
  const area = finer[1] * finer[2];
  const planes = adjoint(dy.reshape([batch, finer[0], area, channels]), [batch, size[0], area, channels]);
  const slices = planes.reshape([batch * size[0], finer[1], finer[2], channels]);
  return adjoint(slices, [batch * size[0], size[1], size[2], channels]).reshape([batch, ...size, channels]);
}

function adjoint(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const images = tf.zeros(shape); // for its shape alone
  return tf.engine().runKernel("ResizeBilinearGrad", { images, dy }, { alignCorners: true });
}

/** Axis by axis: the other backends' operation gives wrong numbers or a wrong shape where an axis has one place or the image is no square. */
function byMatrices(dy: tf.Tensor, size: readonly number[]): tf.Tensor {
  return size.reduce((map, length, i) => {
    const axis = i + 1;
    const outer = map.shape.slice(0, axis).reduce((a, b) => a * b, 1);
    const columns = map.reshape([outer, map.shape[axis], -1]);
    const shape = map.shape.map((before, at) => (at === axis ? length : before));
    return interpolation(map.shape[axis], length).matMul(columns, true).reshape(shape);
  }, dy);
}

/** Linear interpolation from `coarse` places to `fine` ones, corners on corners, as a matrix [1, fine, coarse]. */
function interpolation(fine: number, coarse: number): tf.Tensor {
  const matrix = new Float32Array(fine * coarse);
  for (let place = 0; place < fine; place++) {
    const at = (place * (coarse - 1)) / Math.max(1, fine - 1);
    const below = Math.floor(at);
    matrix[place * coarse + below] += 1 - (at - below);
    matrix[place * coarse + Math.min(below + 1, coarse - 1)] += at - below;
  }
  return tf.tensor(matrix, [1, fine, coarse]);
}
