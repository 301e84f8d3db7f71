import * as tf from "../../lib/engine/tf.js";

/** Embeddings of one view of four images. */
export const first = () =>
  tf.tensor2d([
    [1, 2, 0],
    [0, -1, 1],
    [3, 1, -2],
    [1, 0, 1],
  ]);

/** Those of the other view. */
export const second = () =>
  tf.tensor2d([
    [1, 1, 0],
    [1, -1, 2],
    [2, 0, -1],
    [-1, 1, 1],
  ]);
