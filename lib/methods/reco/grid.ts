import type { ClassMap } from "../pseudoLabels.js";

/** The classes of a batch's pixels on a coarser grid: of every cell the pixel at ⌊i·length/cells⌋ along each axis (PyTorch's "nearest"). */
export function onGrid(map: ClassMap, size: readonly number[], grid: readonly number[]): ClassMap {
  if (size.join() === grid.join()) return map;
  const [height, width] = size;
  const rows = Array.from({ length: grid[0] }, (_, i) => Math.floor((i * height) / grid[0]));
  const columns = Array.from({ length: grid[1] }, (_, i) => Math.floor((i * width) / grid[1]));
  const images = map.length / (height * width);
  const coarse = new Int32Array(images * grid[0] * grid[1]);
  let at = 0;
  for (let image = 0; image < images; image++)
    for (const y of rows) for (const x of columns) coarse[at++] = map[(image * height + y) * width + x];
  return coarse;
}
