import { zoom } from "../images/geometry/resample.js";
import type { Volume } from "../images/volume.js";
import type { Opened } from "./benchmark.js";
import { together } from "./kinds/slices.js";

/** To the network's slices and back by corner-aligned zoom of order 0, as the paper's code does; `end` as in `zoom`. */
export interface Resizing {
  /** All slices of a volume, one after the other. */
  stack<A extends Float32Array | Uint8Array>(volume: Pick<Volume<A>, "data" | "shape">): A;
  fromNetwork: Opened["fromNetwork"];
}

/** The resizing to slices of a height and width. */
export function resizing(size: readonly number[], end: "clamped" | "scipy"): Resizing {
  return {
    stack: ({ data, shape }) => zoom(data, shape, [shape[0], ...size], 0, { end }),
    fromNetwork(maps, { data: _, ...onto }) {
      const stack = together(maps, size, onto);
      return { ...onto, data: zoom(stack, [maps.length, ...size], onto.shape, 0, { end }) };
    },
  };
}
