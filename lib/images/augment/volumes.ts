import type { Rng } from "../../engine/random.js";
import type { AugmentOptions, Picture } from "./slices.js";

/** What is cut from a volume, and which of the moves are made; a switch leaves the random draws of the others as they are. */
export type PatchOptions = Pick<AugmentOptions, "rotation" | "quarterTurns" | "flip" | "flipAxis" | "crop"> & {
  size: readonly number[];
};

/** A patch of a volume, and where that is: its first slice along the last axis (negative before the volume), of how many the volume has. */
export interface Patch extends Picture {
  slice: number;
  slices: number;
}

/**
 * Turns a volume [x, y, z, channels] and its label by k quarters (numpy's rot90), mirrors it along x or y, and cuts a patch of a size at random, as UA-MT's loader
 * does (`RandomRotFlip`, `RandomCrop`); every place is equally likely, the last one too, which theirs leaves out. Always mirrored, so that a volume is never seen as it lies.
 * Where a side is not longer than the patch, zeros surround the volume, 3 more on both sides than it needs. Without `crop` the patch is cut from the middle.
 */
export function patchOf({ image, label, shape }: Picture, options: PatchOptions, rng: Rng): Patch {
  const { size } = options;
  const quarters = rng.integer(0, 4);
  const axis = rng.integer(0, 2);
  const places = [rng.uniform(), rng.uniform(), rng.uniform()];
  const grid = moved(shape, {
    quarters: options.rotation && options.quarterTurns ? quarters : 0,
    mirror: !options.flip ? undefined : options.flipAxis === "horizontal" ? 0 : axis,
  });
  const isSmall = size.some((side, at) => grid.shape[at] <= side);
  const begin = size.map((side, at) => {
    const length = grid.shape[at];
    const margin = isSmall ? Math.max(0, Math.floor((side - length) / 2) + 3) : 0;
    const free = length + 2 * margin - side; // places but one
    return (options.crop ? Math.floor(places[at] * (free + 1)) : Math.round(free / 2)) - margin;
  });
  const voxels = size.reduce((a, b) => a * b, 1);
  const channels = image.length / shape.reduce((a, b) => a * b, 1);
  return {
    image: cut(image, new Float32Array(voxels * channels), grid, { begin, size, channels }),
    label: label && cut(label, new Int8Array(voxels), grid, { begin, size, channels: 1 }),
    shape: size,
    slice: begin[2],
    slices: grid.shape[2],
  };
}

/** A volume as it lies after turning and mirroring: its sides, and the steps in memory along x and y from its first voxel. */
interface Grid {
  shape: readonly number[];
  first: number;
  steps: readonly number[];
}

function moved([x, y, z]: readonly number[], { quarters, mirror }: { quarters: number; mirror?: number }): Grid {
  const [right, down] = [y * z, z];
  const [far, low] = [(x - 1) * right, (y - 1) * down];
  // rot90 once: new[i, j] = old[j, y − 1 − i]
  let [first, ...steps] = [
    [0, right, down],
    [low, -down, right],
    [far + low, -right, -down],
    [far, down, -right],
  ][quarters];
  const shape = quarters % 2 === 0 ? [x, y, z] : [y, x, z];
  if (mirror !== undefined) {
    first += (shape[mirror] - 1) * steps[mirror];
    steps = steps.map((step, at) => (at === mirror ? -step : step));
  }
  return { shape, first, steps };
}

/** Copies a patch, one run along z after the other; what lies outside stays 0. */
function cut<A extends Float32Array | Int8Array>(
  from: A,
  onto: A,
  { shape, first, steps }: Grid,
  { begin, size, channels }: { begin: readonly number[]; size: readonly number[]; channels: number },
): A {
  const top = Math.max(0, begin[2]);
  const length = (Math.min(shape[2], begin[2] + size[2]) - top) * channels;
  for (let i = 0; i < size[0]; i++)
    for (let j = 0; j < size[1]; j++) {
      const [x, y] = [begin[0] + i, begin[1] + j];
      if (x < 0 || y < 0 || x >= shape[0] || y >= shape[1]) continue;
      const source = (first + x * steps[0] + y * steps[1] + top) * channels;
      onto.set(from.subarray(source, source + length), ((i * size[1] + j) * size[2] + top - begin[2]) * channels);
    }
  return onto;
}
