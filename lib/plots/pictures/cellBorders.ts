import type { Outline } from "./outline.js";

/** The cell of every pixel where an image is cut into `perSide` × `perSide` cells: ⌊coordinate · perSide / size⌋ along each axis. */
export const gridCells = ([height, width]: readonly [number, number], perSide: number): Int32Array =>
  Int32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Math.floor((y * perSide) / height) * perSide + Math.floor((x * perSide) / width);
  });

/** The lines between pixels of different cells: x and y in pixels from the image's first corner, null between lines. */
export function cellBorders(cells: ArrayLike<number>, [height, width]: readonly [number, number]): Outline {
  const found: Outline = { x: [], y: [] };
  const line = (x0: number, y0: number, x1: number, y1: number) => {
    found.x.push(x0, x1, null);
    found.y.push(y0, y1, null);
  };
  for (let x = 1; x < width; x++)
    for (const [from, to] of runs(height, (y) => cells[y * width + x] !== cells[y * width + x - 1]))
      line(x, from, x, to);
  for (let y = 1; y < height; y++)
    for (const [from, to] of runs(width, (x) => cells[y * width + x] !== cells[(y - 1) * width + x]))
      line(from, y, to, y);
  return found;
}

/** First and one past the last of consecutive numbers that hold. */
function runs(length: number, holds: (at: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < length; at++) {
    if (!holds(at)) continue;
    const last = found[found.length - 1];
    if (last?.[1] === at) last[1] = at + 1;
    else found.push([at, at + 1]);
  }
  return found;
}
