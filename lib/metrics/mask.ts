import { Problem } from "../problem.js";

/** Where one class is: a 2D or 3D grid, row-major, 0 outside and anything else inside. */
export interface Mask {
  data: Uint8Array;
  shape: readonly number[];
}

/** Throws a Problem unless two masks (or label maps) have the same shape. */
export function checkSameShape(prediction: Mask, truth: Mask): void {
  if (prediction.shape.join() !== truth.shape.join() || prediction.data.length !== truth.data.length)
    throw new Problem(
      `metrics: found a prediction of ${prediction.shape.join("×")} and a truth of ${truth.shape.join("×")}, expected one grid; put the prediction back on the grid of its image first`,
    );
}

/** Throws a RangeError unless there is one positive distance of neighbouring voxels for each axis of a mask. */
export function checkSpacing(spacing: readonly number[], { shape }: Mask): void {
  if (spacing.length !== shape.length || !spacing.every((step) => step > 0))
    throw new RangeError(`found a spacing of ${spacing.join("×")}, expected ${shape.length} positive numbers`);
}

/** Sizes along z, y, x, with a first axis of 1 for an image. */
export function depthHeightWidth({ shape }: { shape: readonly number[] }): [number, number, number] {
  if (shape.length === 2) return [1, shape[0], shape[1]];
  if (shape.length === 3) return [shape[0], shape[1], shape[2]];
  throw new RangeError(`found a mask of shape ${shape.join("×")}, expected 2 or 3 dimensions`);
}

/** Two masks cut to the smallest box that holds both. What depends only on the voxels inside and their neighbours stays the same. */
export function cropToBoth(one: Mask, other: Mask): [Mask, Mask] {
  const [depth, height, width] = depthHeightWidth(one);
  let [top, bottom, left, right, first, last] = [height, -1, width, -1, depth, -1];
  for (let z = 0, at = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        if (one.data[at] === 0 && other.data[at] === 0) continue;
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
        if (z < first) first = z;
        last = z;
      }
  const size = [last - first + 1, bottom - top + 1, right - left + 1].map((length) => Math.max(0, length));
  const cut = ({ data, shape }: Mask): Mask => {
    const part = new Uint8Array(size[0] * size[1] * size[2]);
    for (let z = 0; z < size[0]; z++)
      for (let y = 0; y < size[1]; y++) {
        const from = ((first + z) * height + top + y) * width + left;
        part.set(data.subarray(from, from + size[2]), (z * size[1] + y) * size[2]);
      }
    return { data: part, shape: size.slice(3 - shape.length) };
  };
  return [cut(one), cut(other)];
}

/** The surface of a mask: its voxels with a neighbour outside, along the axes alone (4 neighbours in 2D, 6 in 3D); beyond the grid is outside. */
export function border(mask: Mask): Mask {
  const { data, shape } = mask;
  const [depth, height, width] = depthHeightWidth(mask);
  const [row, plane] = [width, width * height];
  const surface = new Uint8Array(data.length);
  for (let z = 0, at = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        if (data[at] === 0) continue;
        const isWithin =
          x > 0 && x < width - 1 && y > 0 && y < height - 1 && (shape.length === 2 || (z > 0 && z < depth - 1));
        const isInner =
          isWithin &&
          data[at - 1] &&
          data[at + 1] &&
          data[at - row] &&
          data[at + row] &&
          (shape.length === 2 || (data[at - plane] && data[at + plane]));
        if (!isInner) surface[at] = 1;
      }
  return { data: surface, shape };
}
