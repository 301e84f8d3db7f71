import type { Volume } from "./volume.js";

/**
 * A mask in which each foreground class keeps its largest component alone; all else becomes background (0), as SS-Net and DTC test on LA ("nms").
 * Neighbours are the 26 voxels around one (in a mask of one slice 8); of components of equal size the one whose first voxel comes first in memory is kept.
 */
export function largestComponents({ data, ...others }: Volume<Uint8Array>): Volume<Uint8Array> {
  const open = data.slice(); // voxels that are in no component yet keep their class
  const places = new Uint32Array(data.reduce((count, value) => count + Number(value > 0), 0)); // the components, one behind the other
  const largest = new Map<number, readonly [begin: number, end: number]>(); // of each class
  let end = 0;
  for (let first = 0; first < data.length; first++) {
    if (open[first] === 0) continue;
    const begin = end;
    end = fill(open, others.shape, first, places, begin);
    const [from, to] = largest.get(data[first]) ?? [0, 0];
    if (end - begin > to - from) largest.set(data[first], [begin, end]);
  }
  for (const [value, [from, to]] of largest) for (let at = from; at < to; at++) open[places[at]] = value; // all 0 by now
  return { ...others, data: open };
}

/** Moves the component of a voxel out of a mask: its places go behind those at `begin`, breadth first. Gives where they end. */
function fill(
  open: Uint8Array,
  [depth, height, width]: Volume["shape"],
  first: number,
  places: Uint32Array,
  begin: number,
): number {
  const value = open[first];
  let end = begin;
  const take = (place: number) => {
    open[place] = 0;
    places[end++] = place;
  };
  take(first);
  for (let at = begin; at < end; at++) {
    const [x, row] = [places[at] % width, Math.floor(places[at] / width)];
    const [y, z] = [row % height, Math.floor(row / height)];
    for (let k = Math.max(0, z - 1); k <= Math.min(depth - 1, z + 1); k++)
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++)
        for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
          const near = (k * height + j) * width + i;
          if (open[near] === value) take(near);
        }
  }
  return end;
}
