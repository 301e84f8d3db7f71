import { stream } from "../../engine/random.js";
import type { DrawnImage } from "../../plots/pictures/drawnPixels.js";
import { type Groups, gridGroups } from "../../samplers/groups.js";
import { samplers } from "../../samplers/index.js";
import type { LabeledSlice } from "./slice.js";

/** How many pixels are drawn on which grid. */
export interface SliceDrawsOptions {
  n?: number;
  /** Cells along each axis. */
  cells?: number;
  seed?: number;
}

/** The pixels that NS, SG and SAG draw of a class in a slice, for the figure of the paper (Figure 2). */
export function sliceDraws(
  { image, shape, region, population }: LabeledSlice,
  { n = 32, cells = 8, seed = 0 }: SliceDrawsOptions = {},
): DrawnImage {
  const groups = gridGroups(population, { cells });
  const panels = (["ns", "sg", "sag"] as const).map((name) => {
    const { index } = samplers[name].draw(population, groups, n, stream(seed, "slice", name));
    const place = (position: number) => population.pixels[position];
    const pairs = name === "sag" ? partners(index, groups).map(([a, b]) => [place(a), place(b)] as const) : undefined;
    return { title: name.toUpperCase(), pixels: index.map(place), pairs };
  });
  return { image, shape, region, cells, panels };
}

/** The drawn positions that are each other's partners: the r-th and the r-th last of their group, each draw in one pair at most. */
export function partners(index: Int32Array, { count, order, starts, label }: Groups): (readonly [number, number])[] {
  return Array.from({ length: count }, (_, m) => {
    const members = order.subarray(starts[m], starts[m + 1]);
    const left = new Map<number, number>();
    const pairs: (readonly [number, number])[] = [];
    for (const position of index.filter((drawn) => label[drawn] === m)) {
      const partner = members[members.length - 1 - members.indexOf(position)];
      const waiting = left.get(partner) ?? 0;
      if (waiting > 0) {
        pairs.push([partner, position]);
        left.set(partner, waiting - 1);
      } else left.set(position, (left.get(position) ?? 0) + 1);
    }
    return pairs;
  }).flat();
}
