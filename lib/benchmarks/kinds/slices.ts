import { checkSameGrid } from "../../images/geometry/grid.js";
import type { Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import type { Case } from "../benchmark.js";
import type { Slice } from "../pools.js";

/** The axial slices of a volume in their order, named as SSL4MIS names them: numbers count from 1. */
export function slicesOf(volume: string, count: number): Slice[] {
  return Array.from({ length: count }, (_, slice) => ({
    id: `${volume}_slice_${slice + 1}`,
    case: volume,
    slice,
    slices: count,
    file: volume,
    place: slice,
  }));
}

/** Views of the slices of a stack. */
export function apart(stack: Float32Array, count: number): Float32Array[] {
  const size = stack.length / count;
  return Array.from({ length: count }, (_, z) => stack.subarray(z * size, (z + 1) * size));
}

/** Class maps of `size` pixels, one for each slice of the volume they belong to, as one stack. */
export function together(
  maps: readonly Uint8Array[],
  size: readonly number[],
  { shape, path }: Omit<Volume, "data">,
): Uint8Array {
  const pixels = size[0] * size[1];
  if (maps.length !== shape[0] || maps.some(({ length }) => length !== pixels))
    throw new Problem(
      `${path}: found ${maps.length} class maps of ${maps[0]?.length} pixels, expected ${shape[0]} of ${size.join("×")}`,
    );
  const stack = new Uint8Array(pixels * maps.length);
  for (const [z, map] of maps.entries()) stack.set(map, z * pixels);
  return stack;
}

/** A case out of its two volumes. Throws a Problem where their grids differ. */
export function caseOf(id: string, image: Volume, label: Volume<Uint8Array>): Case {
  checkSameGrid(image, label);
  return { id, image, label };
}
