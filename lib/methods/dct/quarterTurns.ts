import type * as tf from "../../engine/tf.js";

/** Images [batch, height, width, channels] or volumes [batch, x, y, z, channels] after some counter-clockwise quarter turns in the plane of their first two axes. */
export function quarterTurns(image: tf.Tensor, turns: number): tf.Tensor {
  const [batch, rows, columns, ...rest] = image.shape;
  const planes = image.reshape([batch, rows, columns, -1]); // WebGPU turns four axes at most
  const [height, width] = turns % 2 === 0 ? [rows, columns] : [columns, rows];
  return turned(planes, turns % 4).reshape([batch, height, width, ...rest]);
}

function turned(planes: tf.Tensor, turns: number): tf.Tensor {
  switch (turns) {
    case 1:
      return planes.reverse(2).transpose([0, 2, 1, 3]);
    case 2:
      return planes.reverse([1, 2]);
    case 3:
      return planes.transpose([0, 2, 1, 3]).reverse(2);
    default:
      return planes;
  }
}
