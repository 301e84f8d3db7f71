import { stream } from "../../engine/random.js";
import { oneOf } from "../choices.js";

/** How much of every class in a labelled photograph has a label, by the word of the option `partial`: all, one pixel, or a share of its pixels. */
const shares = { all: 1, p0: 0, p1: 0.01, p5: 0.05, p25: 0.25 } as const;

const reach = 2; // a square of 5×5

/**
 * What is left of a mask [height, width] when of each class one pixel or a share has a label, all else being −1: regions that grow in squares of 5×5 from a pixel drawn at random, from another where one
 * cannot grow on (ReCo's partial labels). The same for a photograph whatever else is asked of it.
 */
export function partialLabels(
  name: string,
  partial: string | number | boolean,
  id: string,
  label: Int8Array,
  [height, width]: readonly number[],
): Int8Array {
  const words = Object.keys(shares) as (keyof typeof shares)[];
  const share = shares[oneOf(name, "partial", partial, words)];
  if (share === 1) return label;
  const kept = new Int8Array(label.length).fill(-1);
  for (const of of new Set(label)) {
    if (of < 0) continue;
    const own = Int32Array.from(label.keys()).filter((pixel) => label[pixel] === of);
    const order = stream(0, "partial", id, of).permutation(own.length);
    const wanted = Math.max(1, Math.round(share * own.length));
    let [count, next] = [0, 0];
    let edge: number[] = [];
    while (count < wanted) {
      while (edge.length === 0) {
        const start = own[order[next++]];
        if (kept[start] < 0) edge.push(start);
      }
      const grown: number[] = [];
      for (const pixel of edge) {
        if (kept[pixel] >= 0 || count === wanted) continue;
        kept[pixel] = of;
        count++;
        grown.push(pixel);
      }
      edge = grown
        .flatMap((pixel) => around(pixel, height, width))
        .filter((pixel) => label[pixel] === of && kept[pixel] < 0);
    }
  }
  return kept;
}

/** The pixels of the square around one. */
function around(pixel: number, height: number, width: number): number[] {
  const [y, x] = [Math.floor(pixel / width), pixel % width];
  const found: number[] = [];
  for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++)
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++)
      found.push(row * width + column);
  return found;
}
