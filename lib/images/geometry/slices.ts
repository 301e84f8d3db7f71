import { Problem } from "../../problem.js";
import { sizeOf, zerosLike } from "../values.js";
import type { Geometry, Volume } from "../volume.js";

/** One axial slice, [height, width]; its data is a view into the volume, not a copy. */
export interface Slice<A> {
  data: A;
  shape: readonly [number, number];
}

/** Slice z of a volume, from 0. */
export function slice(volume: Volume<Float32Array>, z: number): Slice<Float32Array>;
export function slice(volume: Volume<Uint8Array>, z: number): Slice<Uint8Array>;
export function slice(
  { data, shape: [depth, height, width], path }: Volume<Float32Array | Uint8Array>,
  z: number,
): Slice<Float32Array | Uint8Array> {
  if (!Number.isInteger(z) || z < 0 || z >= depth)
    throw new Problem(`${path}: asked for slice ${z}, expected 0 to ${depth - 1}`);
  return { data: data.subarray(z * height * width, (z + 1) * height * width), shape: [height, width] };
}

/** A volume of slices, lowest first, on the grid they were cut from. Throws a Problem unless there are as many, of that size. */
export function stack<A extends Float32Array | Uint8Array>(
  slices: readonly A[],
  { shape, spacingMm, affine, path = "" }: Geometry & { path?: string },
): Volume<A> {
  const [depth, height, width] = shape;
  const odd = slices.find(({ length }) => length !== height * width);
  if (slices.length !== depth || odd)
    throw new Problem(
      `${path || "volume"}: found ${slices.length} slices of ${(odd ?? slices[0])?.length ?? 0} pixels, expected ${depth} of ${width}×${height}`,
    );
  const data = zerosLike(slices[0], sizeOf(shape));
  for (const [z, values] of slices.entries()) data.set(values, z * height * width);
  return { data, shape, spacingMm, affine, path };
}
