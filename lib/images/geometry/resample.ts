import { sizeOf, type Values, zerosLike } from "../values.js";
import { coordinate, interpolate } from "./spline.js";

/** Further choices of `zoom`. */
export interface ZoomOptions<A> {
  /** Where to write the result, of the new size and not the input. */
  onto?: A;
  /**
   * What to do when rounding puts the last place 1 ulp beyond the old axis, as with 256 → 216: "scipy" fills it with 0 as SciPy does, "clamped" takes the last value.
   */
  end?: "scipy" | "clamped";
}

/**
 * Resizes a 1D to 3D grid so that its corner pixels stay corner pixels: new place i lies at i·(old−1)/(new−1).
 * Order 0 takes the pixel at ⌊x+½⌋, 1 is linear, 3 a cubic spline; equal to scipy.ndimage.zoom with its defaults.
 */
export function zoom<A extends Values>(
  data: A,
  shape: readonly number[],
  newShape: readonly number[],
  order: 0 | 1 | 3,
  options: ZoomOptions<A> = {},
): A {
  const { onto = zerosLike(data, sizeOf(newShape)), end = "scipy" } = options;
  if (shape.length !== newShape.length || shape.length > 3)
    throw new RangeError(
      `found shapes ${shape.join("×")} and ${newShape.join("×")}, expected the same 1 to 3 dimensions`,
    );
  if (data.length !== sizeOf(shape)) throw new RangeError(`found ${data.length} values, expected ${shape.join("×")}`);
  if (onto.length !== sizeOf(newShape))
    throw new RangeError(`found room for ${onto.length} values, expected ${newShape.join("×")}`);
  if (order === 0) pick(data, padded(shape), padded(newShape), onto, end === "clamped");
  else store(interpolate(data, shape, newShape, order, end === "clamped"), onto);
  return onto;
}

const padded = (shape: readonly number[]): number[] => [...Array<number>(3 - shape.length).fill(1), ...shape];

/** Nearest pixels of a 3D grid; a row that repeats is copied, and what SciPy sees outside (only ever the last place) stays 0. */
function pick(data: Values, from: readonly number[], to: readonly number[], onto: Values, isClamped: boolean): void {
  const [zs, ys, xs] = from.map((size, axis) => nearest(size, to[axis], isClamped));
  if (zs.length < to[0] || ys.length < to[1] || xs.length < to[2]) onto.fill(0);
  for (let z = 0; z < zs.length; z++)
    for (let y = 0; y < ys.length; y++) {
      const at = (z * to[1] + y) * to[2];
      const row = (zs[z] * from[1] + ys[y]) * from[2];
      if (y > 0 && ys[y] === ys[y - 1]) onto.copyWithin(at, at - to[2], at);
      else for (let x = 0; x < xs.length; x++) onto[at + x] = data[row + xs[x]];
    }
}

/** The old place nearest to each new one, without a last one that SciPy sees outside. */
function nearest(from: number, to: number, isClamped: boolean): Int32Array {
  const places = Int32Array.from({ length: to }, (_, i) =>
    Math.min(Math.floor(coordinate(i, from, to) + 0.5), from - 1),
  );
  return isClamped || coordinate(to - 1, from, to) <= from - 1 ? places : places.subarray(0, -1);
}

/** Rounds half away from zero and keeps to the range of whole numbers, as SciPy does; floats are stored as they are. */
function store(values: Float64Array, onto: Values): void {
  if (onto instanceof Float32Array || onto instanceof Float64Array) {
    onto.set(values);
    return;
  }
  const bits = 8 * onto.BYTES_PER_ELEMENT;
  const isSigned = !(onto instanceof Uint8Array || onto instanceof Uint16Array);
  const low = isSigned ? -(2 ** (bits - 1)) : 0;
  const high = 2 ** (isSigned ? bits - 1 : bits) - 1;
  for (let i = 0; i < values.length; i++)
    onto[i] = Math.min(high, Math.max(low, Math.trunc(values[i] + Math.sign(values[i]) / 2)));
}

/**
 * Turns an image counter-clockwise about its centre (N−1)/2 on its own grid; what comes from outside is `fill`.
 * Equal to scipy.ndimage.rotate(image, degrees, reshape=False, order=order, cval=fill).
 */
export function rotate2d<A extends Values>(
  data: A,
  [height, width]: readonly number[],
  degrees: number,
  { order = 0, fill = 0 }: { order?: 0 | 1; fill?: number } = {},
): A {
  const turned = zerosLike(data, data.length);
  const [c, s] = [sine(degrees + 90), sine(degrees)];
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const shiftY = middleY - (c * middleY + s * middleX);
  const shiftX = middleX - (-s * middleY + c * middleX);
  for (let i = 0, at = 0; i < height; i++)
    for (let j = 0; j < width; j++, at++) {
      const y = shiftY + i * c + j * s;
      const x = shiftX - i * s + j * c;
      if (!(y >= 0 && y <= height - 1 && x >= 0 && x <= width - 1)) turned[at] = fill;
      else if (order === 0) turned[at] = data[Math.floor(y + 0.5) * width + Math.floor(x + 0.5)];
      else turned[at] = between(data, height, width, y, x);
    }
  return turned;
}

function between(data: Values, height: number, width: number, y: number, x: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  const above = top * width;
  const below = Math.min(top + 1, height - 1) * width;
  const next = Math.min(left + 1, width - 1);
  return (
    (1 - down) * ((1 - right) * data[above + left] + right * data[above + next]) +
    down * ((1 - right) * data[below + left] + right * data[below + next])
  );
}

/** Sine of an angle in degrees, exact at multiples of 30 where it is rational: a quarter turn must not fall off the grid by rounding. */
function sine(degrees: number): number {
  const angle = ((degrees % 360) + 360) % 360;
  if (angle > 180) return -sine(angle - 180);
  if (angle > 90) return sine(180 - angle);
  if (angle === 30) return 0.5;
  return angle > 45 ? Math.cos((90 - angle) * (Math.PI / 180)) : Math.sin(angle * (Math.PI / 180));
}

/** Turns an image by k quarter turns counter-clockwise, as numpy.rot90; for odd k its height and width change places. */
export function rot90<A extends Values>(data: A, [height, width]: readonly number[], k: number): A {
  const quarter = ((k % 4) + 4) % 4;
  if (quarter === 0) return copy(data);
  const turned = zerosLike(data, data.length);
  const columns = quarter === 2 ? width : height; // of the result
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const [row, column] =
        quarter === 1 ? [width - 1 - x, y] : quarter === 2 ? [height - 1 - y, width - 1 - x] : [x, height - 1 - y];
      turned[row * columns + column] = data[at];
    }
  return turned;
}

/** Mirrors a grid along one of its axes. */
export function flip<A extends Values>(data: A, shape: readonly number[], axis: number): A {
  const mirrored = zerosLike(data, data.length);
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const block = shape[axis] * inner;
  for (let start = 0; start < data.length; start += block)
    for (let i = 0; i < shape[axis]; i++)
      mirrored.set(data.subarray(start + i * inner, start + (i + 1) * inner), start + block - (i + 1) * inner);
  return mirrored;
}

function copy<A extends Values>(data: A): A {
  const same = zerosLike(data, data.length);
  same.set(data);
  return same;
}
