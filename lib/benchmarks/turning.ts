import { orientation, reorient, turn } from "../images/geometry/orientation.js";
import { zoom } from "../images/geometry/resample.js";
import type { TurnedSlice } from "../images/nifti/slices.js";
import { Problem } from "../problem.js";
import type { DataOptions, Preprocessing } from "./benchmark.js";
import { resizing } from "./resizing.js";

/** How slices are turned and resized for the network, whichever way a volume was stored. */
export interface Turning {
  /** Which way x, y, z of the turned volume point; slices follow one another along z. */
  codes: string;
  size: readonly number[];
  end: "clamped" | "scipy";
}

/** A slice of a turned volume in the network's size; order 3 for images where a benchmark asks for it, else 0. */
export function resized<A extends Float32Array | Uint8Array>(
  { data, shape }: Pick<TurnedSlice<A>, "data" | "shape">,
  { size, end }: Turning,
  order: 0 | 3,
): A {
  return zoom(data, shape, size, order, { end });
}

/** Class maps of the network's slices, resized with order 0 and turned back. */
export function turnedBack({ codes, size, end }: Turning): Preprocessing["fromNetwork"] {
  const { fromNetwork } = resizing(size, end);
  return (maps, { data, path, ...geometry }) => {
    const turned = fromNetwork(maps, { ...turn(geometry, codes).geometry, data, path });
    return { ...geometry, data: reorient(turned, orientation(geometry.affine)).data, path };
  };
}

/** The size of the slices that options ask for. */
export function sliceSize(benchmark: string, { size }: DataOptions): [number, number] {
  if (typeof size !== "number" || size < 16 || size % 16 !== 0)
    throw new Problem(
      `${benchmark}: option size: found ${size}, expected a multiple of 16, which the U-Net can halve four times; use 256 as the paper does`,
    );
  return [size, size];
}
