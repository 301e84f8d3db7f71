import type { SlidingWindow } from "../../benchmarks/kinds/slidingWindow.js";
import { sizeOf } from "../../images/values.js";

/** What the network says of some patches [count, …size, channels]: probabilities [count, …size, classes]. */
export type PatchPredictor = (patches: Float32Array, count: number) => Promise<Float32Array>;

/**
 * Probabilities [x, y, z, classes] of a volume [x, y, z, channels]: the mean over all windows that see a voxel (UA-MT's `test_single_case`). Windows begin at multiples of
 * the stride, the last one of an axis at the border; a volume smaller than a window is surrounded by zeros. Memory: the result, and `atOnce` windows.
 */
export async function slidingWindow(
  image: Float32Array,
  [...shape]: readonly number[],
  { size, stride }: SlidingWindow,
  predict: PatchPredictor,
  { atOnce = patchesAtOnce(size) } = {},
): Promise<Float32Array> {
  const channels = image.length / sizeOf(shape);
  const axes = shape.map((length, at) => starts(length, size[at], stride[at]));
  const places = axes[0].flatMap((x) => axes[1].flatMap((y) => axes[2].map((z) => [x, y, z])));
  const patch = sizeOf(size);
  let total: Float32Array | undefined;
  for (let from = 0; from < places.length; from += atOnce) {
    const some = places.slice(from, from + atOnce);
    const patches = new Float32Array(some.length * patch * channels);
    for (const [i, place] of some.entries())
      runs(shape, size, place, (inVolume, inPatch, length) =>
        patches.set(
          image.subarray(inVolume * channels, (inVolume + length) * channels),
          (i * patch + inPatch) * channels,
        ),
      );
    const found = await predict(patches, some.length);
    const classes = found.length / (some.length * patch);
    total ??= new Float32Array(sizeOf(shape) * classes);
    const sum = total;
    for (const [i, place] of some.entries())
      runs(shape, size, place, (inVolume, inPatch, length) => {
        const [to, source] = [inVolume * classes, (i * patch + inPatch) * classes];
        for (let at = 0; at < length * classes; at++) sum[to + at] += found[source + at];
      });
  }
  return averaged(total ?? new Float32Array(), shape, size, axes);
}

/** About two million voxels; a fixed number for each size, so that results do not depend on who asks. */
const patchesAtOnce = (size: readonly number[]) => Math.max(1, Math.floor(2 ** 21 / sizeOf(size)));

/** Where windows begin along an axis; before 0 where they are longer. */
export function starts(length: number, size: number, stride: number): number[] {
  if (length < size) return [-Math.floor((size - length) / 2)];
  const count = Math.ceil((length - size) / stride) + 1;
  return Array.from({ length: count }, (_, i) => Math.min(i * stride, length - size));
}

/** Each run of voxels along z that a window and the volume share: where it begins in both, and its length. */
function runs(
  [nx, ny, nz]: readonly number[],
  [sx, sy, sz]: readonly number[],
  [x, y, z]: readonly number[],
  each: (inVolume: number, inPatch: number, length: number) => void,
): void {
  const top = Math.max(0, z);
  const length = Math.min(nz, z + sz) - top;
  for (let i = Math.max(0, x); i < Math.min(nx, x + sx); i++)
    for (let j = Math.max(0, y); j < Math.min(ny, y + sy); j++)
      each((i * ny + j) * nz + top, ((i - x) * sy + j - y) * sz + top - z, length);
}

/** Sums divided by how many windows saw each voxel, which is the product of how many did along each axis. */
function averaged(sums: Float32Array, [nx, ny, nz]: readonly number[], size: readonly number[], axes: number[][]) {
  const [cx, cy, cz] = [nx, ny, nz].map((length, axis) =>
    Array.from({ length }, (_, at) => axes[axis].filter((start) => start <= at && at < start + size[axis]).length),
  );
  const classes = sums.length / (nx * ny * nz);
  let at = 0;
  for (let x = 0; x < nx; x++)
    for (let y = 0; y < ny; y++)
      for (let z = 0; z < nz; z++) {
        const count = cx[x] * cy[y] * cz[z];
        for (let c = 0; c < classes; c++) sums[at++] /= count;
      }
  return sums;
}
