import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { stream } from "../../lib/engine/random.js";
import { reorient } from "../../lib/images/geometry/orientation.js";
import { writeNifti } from "../../lib/images/nifti/index.js";
import type { Volume } from "../../lib/images/volume.js";

/** How a small volume differs from the usual one: 20×18×6 voxels of 1×1×3 mm, lying as RAS. */
export interface Form {
  shape?: Volume["shape"];
  spacingMm?: Volume["spacingMm"];
  codes?: string;
}

/** Writes a volume; `value` says what stands at x, y, z of RAS, whichever way the file lies. */
export function volume(
  path: string,
  value: (x: number, y: number, z: number) => number,
  { shape = [6, 18, 20], spacingMm = [3, 1, 1], codes = "RAS" }: Form = {},
): void {
  const [depth, height, width] = shape;
  const [dz, dy, dx] = spacingMm;
  const data = Float32Array.from({ length: depth * height * width }, (_, i) =>
    value(i % width, Math.floor(i / width) % height, Math.floor(i / width / height)),
  );
  const affine = [
    [dx, 0, 0, -10],
    [0, dy, 0, -20],
    [0, 0, dz, 5],
    [0, 0, 0, 1],
  ];
  mkdirSync(dirname(path), { recursive: true });
  writeNifti(path, reorient({ data, shape, spacingMm, affine, path }, codes));
}

/** A noisy image of its own for every name, brighter in a box. */
export function scan(path: string, name: string, form?: Form): void {
  const rng = stream(0, name);
  volume(path, (x, y, z) => Math.fround(rng.uniform() + (isInBox(x, y, z) ? 3 : 0)), form);
}

/** The box, its lower part with one value, its upper with another. */
export const box =
  (low = 1, high = 2) =>
  (x: number, y: number, z: number) =>
    isInBox(x, y, z) ? (y < 8 ? low : high) : 0;

const isInBox = (x: number, y: number, z: number) => x >= 5 && x < 12 && y >= 4 && y < 13 && z >= 1 && z < 5;
