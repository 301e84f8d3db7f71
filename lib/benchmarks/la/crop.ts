import { stream } from "../../engine/random.js";
import type { Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import type { Box } from "../kinds/volumes.js";

const side = 320; // voxels of 0.625 mm: 200 mm, wider than a heart

/** The middle of a scan, all slices of it: needs no label. */
export function centre([depth, height, width]: readonly number[]): Box {
  const size = [depth, Math.min(side, height), Math.min(side, width)];
  return { begin: [0, (height - size[1]) >> 1, (width - size[2]) >> 1], size };
}

const least = 112;

/**
 * The surroundings of the atrium as UA-MT cuts them: its extent along x and y, widened to 112 where it is shorter, and by 10 to 19 voxels drawn for each of the four sides;
 * all slices. Their draws had no seed, so the public files are others; ours follow from the scan's name.
 */
export function aroundTruth({ data, shape, path }: Volume<Uint8Array>, id: string): Box {
  const [depth, height, width] = shape;
  const low = [height, width];
  const high = [-1, -1];
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    for (const [axis, at] of [Math.floor(i / width) % height, i % width].entries()) {
      low[axis] = Math.min(low[axis], at);
      high[axis] = Math.max(high[axis], at);
    }
  }
  if (high[0] < 0) throw new Problem(`${path}: found no atrium to cut the scan to; get the file again`);
  const rng = stream(0, "la crop", id);
  const cut = [height, width].map((length, axis) => {
    const margin = Math.floor(Math.max(0, least - (high[axis] - low[axis])) / 2);
    const begin = Math.max(0, low[axis] - rng.integer(10, 20) - margin);
    return [begin, Math.min(length, high[axis] + rng.integer(10, 20) + margin)];
  });
  return { begin: [0, cut[0][0], cut[1][0]], size: [depth, cut[0][1] - cut[0][0], cut[1][1] - cut[1][0]] };
}

/** The voxels of a box as a volume of their own, in the same place of the scanner. */
export function cropped<A extends Float32Array | Uint8Array>(volume: Volume<A>, { begin, size }: Box): Volume<A> {
  const { data, shape, affine } = volume;
  const [z, y, x] = begin;
  const part = data.slice(0, size[0] * size[1] * size[2]);
  for (let k = 0; k < size[0]; k++)
    for (let j = 0; j < size[1]; j++) {
      const from = ((k + z) * shape[1] + j + y) * shape[2] + x;
      part.set(data.subarray(from, from + size[2]), (k * size[1] + j) * size[2]);
    }
  const moved = affine.map((row, at) =>
    at === 3 ? row : [...row.slice(0, 3), row[3] + row[0] * x + row[1] * y + row[2] * z],
  );
  return { ...volume, data: part as A, shape: [size[0], size[1], size[2]], affine: moved };
}
