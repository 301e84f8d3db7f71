/** A point in a scene: x to the right, y away from the viewer, z upwards. */
export type Point = readonly [number, number, number];

/** A rectangle of a picture in pixels. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a viewer stands who looks at the middle of a scene of size 1, and the lengths of the scene's axes. */
export interface Camera {
  eye: Point;
  lengths: Point;
}

/** Parallel projection of the box of a scene into a rectangle; points are given as shares of the axes, from 0 to 1. */
export function projection({ eye, lengths }: Camera, { left, top, width, height }: Place) {
  const forward = unit(eye.map((part) => -part));
  const right = unit([forward[1], -forward[0], 0]);
  const up = cross(right, forward);
  const inScene = (point: Point) => point.map((share, i) => (share - 0.5) * lengths[i]);
  const flat = (point: Point) => [dot(inScene(point), right), -dot(inScene(point), up)];
  const corners = [0, 1].flatMap((x) => [0, 1].flatMap((y) => [0, 1].map((z) => flat([x, y, z]))));
  const [xs, ys] = [0, 1].map((i) => corners.map((corner) => corner[i]));
  const size = Math.min(width / (Math.max(...xs) - Math.min(...xs)), height / (Math.max(...ys) - Math.min(...ys)));
  const middle = [left + width / 2, top + height / 2 - (size * (Math.max(...ys) + Math.min(...ys))) / 2];
  return {
    /** Where a point is drawn. */
    at: (point: Point): [number, number] => {
      const [x, y] = flat(point);
      return [middle[0] + size * x, middle[1] + size * y];
    },
    /** How far away it is. */
    depth: (point: Point) => dot(inScene(point), forward),
    /** How much light from the upper left falls on a facet with these diagonals, from 0 to 1. */
    light: (one: Point, other: Point) => {
      const normal = unit(
        cross(
          one.map((part, i) => part * lengths[i]),
          other.map((part, i) => part * lengths[i]),
        ),
      );
      return Math.abs(dot(normal, lamp));
    },
  };
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, part, i) => sum + part * b[i], 0);
const cross = ([a, b, c]: readonly number[], [d, e, f]: readonly number[]) => [
  b * f - c * e,
  c * d - a * f,
  a * e - b * d,
];
const unit = (vector: readonly number[]) => vector.map((part) => part / Math.sqrt(dot(vector, vector)));

const lamp = unit([-0.5, -0.4, 0.8]);
