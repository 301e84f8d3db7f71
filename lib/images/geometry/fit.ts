/**
 * Every slice of a volume [depth, height, width] centred on a grid of another height and width, written `onto` [depth, ...size]:
 * around it stays what was there, and what does not fit is cut. Fitting back is the inverse, but for what was cut.
 */
export function fit<A extends Float32Array | Uint8Array | Int8Array>(
  data: A,
  [depth, height, width]: readonly number[],
  size: readonly number[],
  onto: A,
): A {
  const [rows, top, fromTop] = overlap(height, size[0]);
  const [columns, left, fromLeft] = overlap(width, size[1]);
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < rows; y++) {
      const from = (z * height + fromTop + y) * width + fromLeft;
      onto.set(data.subarray(from, from + columns), (z * size[0] + top + y) * size[1] + left);
    }
  return onto;
}

/** How many places two centred lengths share, and where these begin in the new and in the old one. */
function overlap(from: number, to: number): [number, number, number] {
  const margin = Math.floor(Math.abs(to - from) / 2);
  return to >= from ? [from, margin, 0] : [to, 0, margin];
}
