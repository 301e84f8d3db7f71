import type { Rng } from "../engine/random.js";
import { tables } from "./texture.js";

/** What one MR scan has beside the signal of the tissues. */
export interface MrOptions {
  /** Standard deviation of the noise in both channels, in units of the signal. */
  noise: number;
  /** The receiving coils, the same for all scans of a session. */
  coil: Coil;
  /** Share of the signal that motion repeats along y. */
  ghost?: number;
}

/** Scans slices of magnitude MR in place: the coil's sensitivity over the field of view, ghosts of motion, Rician noise. */
export function mrScan(
  signal: Float32Array,
  [depth, height, width]: readonly number[],
  rng: Rng,
  { noise, coil, ghost = 0 }: MrOptions,
): void {
  const { white } = tables();
  const field = [depth, height, width].map((size, axis) => coil[axis](size));
  const shift = Math.round(height * rng.uniform(0.2, 0.5));
  const column = new Float32Array(height);
  for (let z = 0; z < depth; z++) {
    const plane = signal.subarray(z * height * width, (z + 1) * height * width);
    if (ghost > 0) for (let x = 0; x < width; x++) repeat(plane, column, x, width, shift, ghost);
    for (let y = 0, i = 0; y < height; y++) {
      const [real, imaginary] = [rng.integer(0, 65536), rng.integer(0, 65536)];
      const row = field[0][z] * field[1][y];
      for (let x = 0; x < width; x++, i++) {
        const a = plane[i] * row * field[2][x] + noise * white[(real + x) & 0xffff];
        const b = noise * white[(imaginary + x) & 0xffff];
        plane[i] = Math.sqrt(a * a + b * b);
      }
    }
  }
}

/** A smooth factor along each axis z, y, x of so many voxels, 1 in the middle. */
export type Coil = readonly ((size: number) => Float64Array)[];

/** Draws coils whose sensitivity differs by up to e^±`bias` between the middle and an edge. */
export function coil(rng: Rng, bias = 0.4): Coil {
  return [bias / 3, bias, bias].map((most) => {
    const [slope, curve] = [rng.uniform(-most, most), rng.uniform(-most, most) / 2];
    return (size) =>
      Float64Array.from({ length: size }, (_, i) => {
        const at = (2 * i + 1) / size - 1;
        return Math.exp(slope * at + curve * at * at);
      });
  });
}

function repeat(plane: Float32Array, column: Float32Array, x: number, width: number, shift: number, share: number) {
  const height = column.length;
  for (let y = 0; y < height; y++) column[y] = plane[y * width + x];
  for (let y = 0; y < height; y++) plane[y * width + x] += share * column[(y + shift) % height];
}

/** Scans slices of CT in place: quantum noise, finer than tissue, stronger in the middle of the body, as whole Hounsfield units. */
export function ctScan(
  hounsfield: Float32Array,
  [depth, height, width]: readonly number[],
  rng: Rng,
  { noise }: { noise: number },
): void {
  const { grain } = tables();
  const bell = (size: number) =>
    Float64Array.from({ length: size }, (_, i) => 0.5 + 0.5 * Math.cos((Math.PI * (i - size / 2)) / size));
  const [down, right] = [bell(height), bell(width)];
  for (let z = 0, i = 0; z < depth; z++) {
    const start = rng.integer(0, 65536);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++) {
        const strength = noise * (0.4 + 0.6 * down[y] * right[x]);
        // + 0: no minus zero
        hounsfield[i] = Math.round(hounsfield[i] + strength * grain[(start + 256 * y + x) & 0xffff]) + 0;
      }
  }
}
