import { Problem } from "../problem.js";

/** Where something is (nonzero) on a grid [height, width] or [z, y, x], row-major. */
export interface Mask {
  data: Uint8Array;
  shape: readonly number[];
}

/** Throws a Problem unless two masks lie on the same grid. */
export function checkSameGrid(a: Mask, b: Mask): void {
  if (a.shape.join() !== b.shape.join() || a.data.length !== b.data.length)
    throw new Problem(`metrics: found masks of ${a.shape.join("×")} and ${b.shape.join("×")}, expected one grid; resample one to the other first`);
}

/** The smallest box that holds everything of some masks, as [from, to) along each axis; undefined where all are empty. */
export function boundingBox(masks: readonly Mask[]): [number, number][] | undefined {
  const { shape } = masks[0];
  const box = shape.map((size): [number, number] => [size, 0]);
  const at = shape.map(() => 0);
  for (let i = 0; i < masks[0].data.length; i++) {
    if (masks.some(({ data }) => data[i] !== 0)) {
      for (let axis = 0; axis < at.length; axis++) {
        if (at[axis] < box[axis][0]) box[axis][0] = at[axis];
        if (at[axis] >= box[axis][1]) box[axis][1] = at[axis] + 1;
      }
    }
    for (let axis = at.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
  return box[0][1] === 0 ? undefined : box;
}

/** The part of a mask inside a box. */
export function crop({ data, shape }: Mask, box: readonly (readonly [number, number])[]): Mask {
  const size = box.map(([from, to]) => to - from);
  const rows = size.slice(0, -1).reduce((a, b) => a * b, 1);
  const width = size[size.length - 1];
  const out = new Uint8Array(rows * width);
  const at = size.slice(0, -1).map(() => 0);
  for (let row = 0; row < rows; row++) {
    let from = 0;
    for (const [axis, place] of at.entries()) from = from * shape[axis] + box[axis][0] + place;
    from = from * shape[shape.length - 1] + box[box.length - 1][0];
    out.set(data.subarray(from, from + width), row * width);
    for (let axis = at.length - 1; axis >= 0 && ++at[axis] === size[axis]; axis--) at[axis] = 0;
  }
  return { data: out, shape: size };
}
