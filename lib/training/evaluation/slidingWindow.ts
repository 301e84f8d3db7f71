import { standardisedPatch } from "../../benchmarks/intensity.js";
import type { SlidingWindow, Weighting } from "../../benchmarks/kinds/slidingWindow.js";
import { sizeOf } from "../../images/values.js";
import { beforeBatch, type Watch } from "./watch.js";

/** What the network says of some patches [count, …size, channels]: probabilities [count, …size, classes]. */
export type PatchPredictor = (patches: Float32Array, count: number) => Promise<Float32Array>;

/** Probabilities of some planes of a volume along x, the first of them number `from`. */
export interface Planes {
  from: number;
  count: number;
  values: Float32Array; // [count, y, z, classes]
}

/**
 * Probabilities of a volume [x, y, z, channels], plane by plane: the mean, weighted where that is asked for, over all windows that see a voxel (UA-MT's `test_single_case`). Windows begin at multiples of
 * the stride, the last one of an axis at the border; a volume smaller than a window is surrounded by zeros. Memory: as many planes as a window has, and `atOnce` windows.
 * A signal stops it before such a batch of windows, by throwing its reason.
 */
export async function* slidingWindow(
  image: Float32Array,
  [...shape]: readonly number[],
  { size, stride, weighting, normalisation }: SlidingWindow,
  predict: PatchPredictor,
  { atOnce = patchesAtOnce(size), ...watch }: Watch & { atOnce?: number } = {},
): AsyncGenerator<Planes> {
  const channels = image.length / sizeOf(shape);
  const axes = shape.map((length, at) => starts(length, size[at], stride[at]));
  const places = axes[0].flatMap((x) => axes[1].flatMap((y) => axes[2].map((z) => [x, y, z])));
  const patch = sizeOf(size);
  const isStandardised = normalisation === "patch";
  const { add, finished } = summing(shape, size, axes, weighting);
  for (let from = 0; from < places.length; from += atOnce) {
    await beforeBatch(watch, from / places.length);
    const some = places.slice(from, from + atOnce);
    const patches = new Float32Array(some.length * patch * channels);
    for (const [i, place] of some.entries()) {
      const own = patches.subarray(i * patch * channels, (i + 1) * patch * channels);
      runs(shape, size, place, (inVolume, inPatch, length) =>
        own.set(image.subarray(inVolume * channels, (inVolume + length) * channels), inPatch * channels),
      );
      if (isStandardised) own.set(standardisedPatch(own, channels));
    }
    const found = await predict(patches, some.length);
    const length = found.length / some.length;
    for (const [i, place] of some.entries()) {
      yield* finished(place[0]); // no later window sees what lies before
      add(place, found.subarray(i * length, (i + 1) * length));
    }
  }
  yield* finished(shape[0]);
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

/** How much the places of a window along an axis count; the weight of a voxel is the product of those along its axes. */
const profiles: Record<Weighting, (place: number, size: number) => number> = {
  uniform: () => 1,
  gaussian: (place, size) => Math.exp(-(((place - (size - 1) / 2) / (size / 8)) ** 2) / 2),
};

/** The sums of what windows say, as many planes along x as a window has, and their means once they are finished. */
function summing(
  [...shape]: readonly number[],
  size: readonly number[],
  axes: readonly (readonly number[])[],
  weighting: Weighting = "uniform",
) {
  const [nx, ny, nz] = shape;
  const [wx, wy, wz] = size.map((side) => Array.from({ length: side }, (_, at) => profiles[weighting](at, side)));
  // What all windows weigh at a voxel is a product of sums along the axes, for they begin on a grid.
  const [cx, cy, cz] = [wx, wy, wz].map((weights, axis) =>
    Array.from({ length: shape[axis] }, (_, at) =>
      axes[axis].reduce((sum, start) => sum + (weights[at - start] ?? 0), 0),
    ),
  );
  let from = 0;
  let classes = 0;
  let sums = new Float32Array();
  return {
    add(place: readonly number[], found: Float32Array): void {
      classes = found.length / sizeOf(size);
      if (sums.length === 0) sums = new Float32Array(Math.min(nx, size[0]) * ny * nz * classes);
      runs(shape, size, place, (inVolume, inPatch, length) => {
        const z = inPatch % size[2];
        const line = (inPatch - z) / size[2];
        const weight = wx[Math.floor(line / size[1])] * wy[line % size[1]];
        let [to, source] = [(inVolume - from * ny * nz) * classes, inPatch * classes];
        for (let at = z; at < z + length; at++)
          for (let c = 0; c < classes; c++) sums[to++] += weight * wz[at] * found[source++];
      });
    },
    *finished(before: number): Generator<Planes> {
      const count = before - from;
      if (count <= 0) return;
      const length = count * ny * nz * classes;
      const values = sums.slice(0, length);
      sums.copyWithin(0, length).fill(0, sums.length - length);
      let at = 0;
      for (let x = from; x < before; x++)
        for (let y = 0; y < ny; y++)
          for (let z = 0; z < nz; z++) {
            const weight = cx[x] * cy[y] * cz[z];
            for (let c = 0; c < classes; c++) values[at++] /= weight;
          }
      yield { from, count, values };
      from = before;
    },
  };
}
