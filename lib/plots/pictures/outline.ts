/** Corners of the border of a region of pixels, as closed loops: x and y in pixels from the image's first corner, null between loops. */
export interface Outline {
  x: (number | null)[];
  y: (number | null)[];
}

/**
 * The border of all pixels of a class, along the pixels' edges. Every loop has the region at its right, so that holes wind the
 * other way and stay empty when the loops are filled.
 */
export function outline(map: ArrayLike<number>, [height, width]: readonly [number, number], wanted: number): Outline {
  const inside = (y: number, x: number) => y >= 0 && x >= 0 && y < height && x < width && map[y * width + x] === wanted;
  const corner = (y: number, x: number) => y * (width + 1) + x;
  const next = new Map<number, number[]>(); // from a corner to the corners that follow it
  const edge = (from: number, to: number) => next.set(from, [...(next.get(from) ?? []), to]);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!inside(y, x)) continue;
      if (!inside(y - 1, x)) edge(corner(y, x), corner(y, x + 1));
      if (!inside(y, x + 1)) edge(corner(y, x + 1), corner(y + 1, x + 1));
      if (!inside(y + 1, x)) edge(corner(y + 1, x + 1), corner(y + 1, x));
      if (!inside(y, x - 1)) edge(corner(y + 1, x), corner(y, x));
    }
  return points(loops(next), width + 1);
}

/** Follows the edges until all are used. */
function loops(next: Map<number, number[]>): number[][] {
  const found: number[][] = [];
  for (const start of next.keys())
    while (next.get(start)?.length) {
      const loop = [start];
      for (let at = next.get(start)?.pop(); at !== undefined; at = next.get(at)?.pop()) {
        loop.push(at);
        if (at === start) break;
      }
      found.push(loop);
    }
  return found;
}

function points(found: readonly number[][], stride: number): Outline {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const loop of found) {
    if (x.length > 0) {
      x.push(null);
      y.push(null);
    }
    for (const at of turns(loop)) {
      x.push(at % stride);
      y.push(Math.floor(at / stride));
    }
  }
  return { x, y };
}

/** A loop without the corners that lie on a straight line between their neighbours. */
const turns = (loop: readonly number[]) =>
  loop.filter((at, i) => i === 0 || i === loop.length - 1 || at - loop[i - 1] !== loop[i + 1] - at);
