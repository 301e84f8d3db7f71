import type { Rng } from "../engine/random.js";

/** A closed outline in a plane: x and y of its corners in mm, one after the other; at most `corners` of them. */
export type Outline = Float64Array;

/** A part of a body, by its outlines in the plane at a height z in mm; they may overlap. */
export type Shape = (z: number) => Outline[];

/** A place in mm: x from the patient's right to the left, y from the front to the back, z from the feet to the head. */
export type Place = readonly [x: number, y: number, z: number];

/** Corners of the finest outline. */
export const corners = 64;

const cosine = Float64Array.from({ length: corners }, (_, i) => Math.cos((2 * Math.PI * i) / corners));
const sine = Float64Array.from({ length: corners }, (_, i) => Math.sin((2 * Math.PI * i) / corners));

/** A closed outline around a centre, by its radius in each of `corners` directions, or in every second or fourth of them. */
export function around(x: number, y: number, radius: (direction: number) => number, every = 1): Outline {
  const outline = new Float64Array((2 * corners) / every);
  for (let at = 0, i = 0; i < corners; i += every) {
    const r = radius(i);
    outline[at++] = x + r * cosine[i];
    outline[at++] = y + r * sine[i];
  }
  return outline;
}

/** Relative deviation of a radius from that of a smooth shape, by direction (0 … `corners` − 1) at a height: a few waves that drift with it. */
export function waves(rng: Rng, strength: number): (z: number) => (direction: number) => number {
  const all = [2, 3, 5].map((count) => ({
    count,
    size: (strength * rng.normal()) / Math.sqrt(count),
    phase: rng.uniform(0, 2 * Math.PI),
    drift: rng.uniform(-0.03, 0.03), // radians per mm
  }));
  return (z) => {
    const now = all.map(({ count, size, phase, drift }) => {
      const angle = phase + drift * z;
      return { count, even: size * Math.cos(angle), odd: size * Math.sin(angle) };
    });
    return (direction) => {
      let sum = 0;
      for (let k = 0; k < now.length; k++) {
        const at = (now[k].count * direction) % corners;
        sum += now[k].even * cosine[at] - now[k].odd * sine[at];
      }
      return sum;
    };
  };
}

/** What an ellipsoid may be told. */
export interface EllipsoidOptions {
  /** Direction of the third radius. */
  along?: Place;
  /** Direction of the first radius, as far as it is at right angles to `along`. */
  across?: Place;
  /** Typical deviation of the radius from a smooth ellipsoid, as a share of it. */
  rough?: number;
}

/** An ellipsoid with a rough surface. */
export function ellipsoid(
  rng: Rng,
  [x, y, z]: Place,
  radii: Place,
  { along = [0, 0, 1], across = [1, 0, 0], rough = 0.05 }: EllipsoidOptions = {},
): Shape {
  const third = unit(along);
  const first = unit(minus(across, scaled(third, dot(across, third))));
  const axes = [first, cross(third, first), third];
  // (p − c)ᵀ A (p − c) ≤ 1, cut by a plane at a height of `up` above c: an ellipse of the same form, moved and smaller
  const form = (i: number, j: number) => axes.reduce((sum, axis, k) => sum + (axis[i] * axis[j]) / radii[k] ** 2, 0);
  const [a, b, c, d, e, f] = [form(0, 0), form(0, 1), form(1, 1), form(0, 2), form(1, 2), form(2, 2)];
  const determinant = a * c - b * b;
  const [moveX, moveY] = [(b * e - c * d) / determinant, (b * d - a * e) / determinant];
  const lost = f + d * moveX + e * moveY;
  const deviation = waves(rng, rough);
  const every = Math.max(...radii) > 60 ? 1 : 2;
  return (height) => {
    const up = height - z;
    const size = 1 - lost * up * up;
    if (size <= 0) return [];
    const wave = deviation(up);
    const radius = (i: number) => {
      const squared = a * cosine[i] * cosine[i] + 2 * b * cosine[i] * sine[i] + c * sine[i] * sine[i];
      return Math.sqrt(size / squared) * (1 + wave(i));
    };
    return [around(x + moveX * up, y + moveY * up, radius, every)];
  };
}

/** A vessel: a chain of balls along straight pieces between places, each with its radius. */
export function tube(path: readonly (readonly [...Place, radius: number])[]): Shape {
  const balls: number[] = [...path[0]]; // x, y, z, radius of each
  path.slice(1).forEach((to, i) => {
    const from = path[i];
    const length = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
    const count = Math.max(1, Math.ceil(length / (0.6 * Math.min(from[3], to[3]))));
    for (let k = 1; k <= count; k++) for (let n = 0; n < 4; n++) balls.push(from[n] + (to[n] - from[n]) * (k / count));
  });
  const packed = Float64Array.from(balls);
  return (height) => {
    const outlines: Outline[] = [];
    for (let at = 0; at < packed.length; at += 4) {
      const squared = packed[at + 3] ** 2 - (height - packed[at + 2]) ** 2;
      if (squared <= 0) continue;
      const radius = Math.sqrt(squared);
      outlines.push(around(packed[at], packed[at + 1], () => radius, 4));
    }
    return outlines;
  };
}

/** Several shapes as one. */
export const together =
  (...shapes: Shape[]): Shape =>
  (z) =>
    shapes.flatMap((shape) => shape(z));

const dot = (a: Place, b: Place) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const scaled = (a: Place, s: number): Place => [a[0] * s, a[1] * s, a[2] * s];
const minus = (a: Place, b: Place): Place => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const unit = (a: Place) => scaled(a, 1 / Math.sqrt(dot(a, a)));
const cross = (a: Place, b: Place): Place => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
