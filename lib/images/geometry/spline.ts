import { sizeOf, type Values } from "../values.js";

/** Where on an old axis each place of a new one lies, and the old places it is a weighted sum of. */
interface Taps {
  /** Old places of each new place, `count` each. */
  places: Int32Array;
  weights: Float64Array;
  count: number;
}

/** Place i of a new axis in units of the old one, first on first and last on last; computed as SciPy does, rounding included. */
export function coordinate(i: number, from: number, to: number): number {
  return to > 1 ? i * ((from - 1) / (to - 1)) : 0;
}

/** A resized grid, linear (1) or cubic (3), one axis after the other; axes that keep their size are left as they are. */
export function interpolate(
  data: Values,
  from: readonly number[],
  to: readonly number[],
  order: 1 | 3,
  isClamped: boolean,
): Float64Array {
  const shape = [...from];
  let values = Float64Array.from(data);
  for (const axis of from.keys()) {
    if (from[axis] === to[axis]) continue;
    const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
    if (order === 3) prefilter(values, outer, from[axis], inner);
    values = weigh(values, outer, from[axis], inner, taps(from[axis], to[axis], order, isClamped));
    shape[axis] = to[axis];
  }
  return values;
}

/** Weighted sums along the middle axis of [outer, length, inner]. */
function weigh(
  data: Float64Array,
  outer: number,
  length: number,
  inner: number,
  { places, weights, count }: Taps,
): Float64Array<ArrayBuffer> {
  const to = places.length / count;
  const sums = new Float64Array(outer * to * inner);
  for (let block = 0; block < outer; block++)
    for (let i = 0; i < to; i++)
      for (let k = 0; k < count; k++) {
        const weight = weights[i * count + k];
        if (weight === 0) continue;
        const source = (block * length + places[i * count + k]) * inner;
        const target = (block * to + i) * inner;
        for (let x = 0; x < inner; x++) sums[target + x] += weight * data[source + x];
      }
  return sums;
}

/** Linear (1) or cubic B-spline (3) weights of a resized axis; a place outside the old axis gets weights 0. The ends are mirrored. */
function taps(from: number, to: number, order: 1 | 3, isClamped: boolean): Taps {
  const count = order + 1;
  const places = new Int32Array(to * count);
  const weights = new Float64Array(to * count);
  for (let i = 0; i < to; i++) {
    const at = isClamped ? Math.min(coordinate(i, from, to), from - 1) : coordinate(i, from, to);
    const first = Math.floor(at) - (order === 3 ? 1 : 0);
    const t = at - Math.floor(at);
    for (let k = 0; k < count; k++) places[i * count + k] = mirrored(first + k, from);
    if (at <= from - 1) weights.set(order === 3 ? cubic(t) : [1 - t, t], i * count);
  }
  return { places, weights, count };
}

function cubic(t: number): number[] {
  const u = 1 - t;
  const near = (t * t * (t - 2) * 3 + 4) / 6;
  const far = (u * u * (u - 2) * 3 + 4) / 6;
  const before = (u * u * u) / 6;
  return [before, near, far, 1 - before - near - far];
}

/** A place beyond an end, reflected about the centre of the end pixel. */
function mirrored(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((place % period) + period) % period;
  return within < length ? within : period - within;
}

const pole = Math.sqrt(3) - 2; // of the cubic B-spline

/**
 * Turns samples along the middle axis of [outer, length, inner] into cubic B-spline coefficients, in place, with mirrored ends.
 * Recursive filter of Unser, Aldroubi and Eden 1993.
 */
function prefilter(data: Float64Array, outer: number, length: number, inner: number): void {
  if (length === 1) return;
  const gain = (1 - pole) * (1 - 1 / pole);
  for (let i = 0; i < data.length; i++) data[i] *= gain;
  const last = (length - 1) * inner;
  for (let block = 0; block < outer; block++) {
    const start = block * length * inner;
    for (let x = start; x < start + inner; x++) data[x] = mirroredSum(data, x, length, inner);
    for (let x = start + inner; x < start + length * inner; x++) data[x] += pole * data[x - inner];
    for (let x = start + last; x < start + last + inner; x++)
      data[x] = ((pole * data[x - inner] + data[x]) * pole) / (pole * pole - 1);
    for (let x = start + last - 1; x >= start; x--) data[x] = pole * (data[x + inner] - data[x]);
  }
}

/** First value of the causal filter: the sum of the endlessly mirrored line, each place weighted by the pole to the power of its distance. */
function mirroredSum(data: Float64Array, first: number, length: number, step: number): number {
  const end = pole ** (length - 1);
  let sum = data[first] + end * data[first + (length - 1) * step];
  let power = pole;
  for (let i = 1; i < length - 1; i++, power *= pole)
    sum += power * (data[first + i * step] + end * data[first + (length - 1 - i) * step]);
  return sum / (1 - end * end);
}
