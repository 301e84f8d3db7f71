import type { Rng } from "../engine/random.js";
import * as tf from "../engine/tf.js";

/** A place in an image, x and y from −1 to 1, corner to corner. */
export type Point = readonly [x: number, y: number];

/** The 5 × 5 control points of the warped image. */
export const controlPoints: readonly Point[] = Array.from({ length: 25 }, (_, i) => [
  (Math.floor(i / 5) - 2) / 2,
  ((i % 5) - 2) / 2,
]);

/** Ranges of a random warp; the defaults are those of the released code. */
export interface ThinPlateOptions {
  /** Of each control point independently. */
  jitter?: number;
  rotationDegrees?: number;
  scale?: readonly [number, number];
  /** In half widths of the image. */
  shift?: number;
}

/**
 * Where each image's control points come from, for images warped at random: jittered, then rotated, scaled and shifted as a whole;
 * the whole batch is mirrored with probability ½ (`RandTPS`).
 */
export function drawControlPoints(
  rng: Rng,
  batch: number,
  { jitter = 0.01, rotationDegrees = 60, scale = [1 / 1.2, 1 / 0.8], shift = 0.1 }: ThinPlateOptions = {},
): Point[][] {
  const around = (limit: number) => rng.uniform(-limit, limit);
  const mirror = rng.uniform() < 0.5 ? -1 : 1;
  return Array.from({ length: batch }, () => {
    const angle = (around(rotationDegrees) * Math.PI) / 180;
    const factor = rng.uniform(...scale);
    const [cos, sin] = [factor * Math.cos(angle), factor * Math.sin(angle)];
    const [right, down] = [around(shift), around(shift)];
    return controlPoints.map((point): Point => {
      const [x, y] = point.map((value) => value + around(jitter));
      return [mirror * (cos * x - sin * y + right), sin * x + cos * y + down];
    });
  });
}

/**
 * Where each pixel of the warped images comes from, [batch, height, width, 2] in x and y from −1 to 1: the thin plate splines (kernel ½r² ln r²)
 * that take the control points to the given ones of each image.
 */
export function thinPlateGrid(sources: readonly (readonly Point[])[], [height, width]: readonly number[]): tf.Tensor {
  const coefficients = solve(splineMatrix(), splineValues(sources)); // [28, 2·batch]
  return tf.tidy(() => {
    const across = (length: number) => tf.linspace(-1, 1, length);
    const x = across(width).reshape([1, width]).tile([height, 1]).reshape([-1, 1]);
    const y = across(height).reshape([height, 1]).tile([1, width]).reshape([-1, 1]);
    const known = tf.tensor2d(controlPoints.flat(), [controlPoints.length, 2]).transpose();
    const [knownX, knownY] = tf.split(known, 2); // [1, 25]
    const squared = x.sub(knownX).square().add(y.sub(knownY).square()); // [pixels, 25]
    const bending = squared.mul(squared.maximum(1e-30).log()).mul(0.5);
    return tf
      .concat([bending, tf.onesLike(x), x, y], 1)
      .matMul(tf.tensor2d(coefficients))
      .reshape([height * width, sources.length, 2])
      .transpose([1, 0, 2])
      .reshape([sources.length, height, width, 2]);
  });
}

const kernel = (squared: number) => (squared === 0 ? 0 : 0.5 * squared * Math.log(squared));

/** The conditions on a spline: it meets each control point, and its bending is orthogonal to the planes. */
function splineMatrix(): number[][] {
  const planes = controlPoints.map(([x, y]) => [1, x, y]);
  const bending = controlPoints.map(([x, y], i) => [
    ...controlPoints.map(([otherX, otherY]) => kernel((x - otherX) ** 2 + (y - otherY) ** 2)),
    ...planes[i],
  ]);
  return [...bending, ...[0, 1, 2].map((k) => [...planes.map((plane) => plane[k]), 0, 0, 0])];
}

function splineValues(sources: readonly (readonly Point[])[]): number[][] {
  const values = controlPoints.map((_, i) => sources.flatMap((points) => [...points[i]]));
  return [...values, ...[0, 1, 2].map(() => sources.flatMap(() => [0, 0]))];
}

/** Solves matrix · x = values by Gaussian elimination with row exchanges. */
function solve(matrix: readonly (readonly number[])[], values: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...values[i]]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    const scaled = rows[column].map((value) => value / rows[column][column]);
    for (let i = 0; i < size; i++)
      rows[i] = i === column ? scaled : rows[i].map((value, k) => value - rows[i][column] * scaled[k]);
  }
  return rows.map((row) => row.slice(size));
}
