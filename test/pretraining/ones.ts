import type * as tf from "../../lib/engine/tf.js";

/** The columns that hold a 1, of every row of a matrix of 0 and 1. */
export async function ones(matrix: tf.Tensor): Promise<number[][]> {
  const [rows, columns] = matrix.shape;
  const values = Array.from(await matrix.data());
  return Array.from({ length: rows }, (_, row) =>
    [...Array(columns).keys()].filter((column) => values[row * columns + column] === 1),
  );
}
