import type { Mask } from "./mask.js";

/**
 * Squared Euclidean distance of every voxel to the nearest voxel of a mask, exact and in linear time
 * (Felzenszwalb & Huttenlocher 2012: along each axis the lower envelope of parabolas). Infinity everywhere for an empty mask.
 * `spacing` is the voxel's size along each axis; the result has its unit squared.
 */
export function squaredDistance({ data, shape }: Mask, spacing: readonly number[] = shape.map(() => 1)): Float64Array {
  const out = new Float64Array(data.length).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) out[i] = 0;
  let stride = data.length;
  for (const [axis, size] of shape.entries()) {
    stride /= size;
    if (size > 1) alongAxis(out, size, stride, spacing[axis]);
  }
  return out;
}

/** Replaces every line f by min over j of f(j) + (spacing·(i − j))². */
function alongAxis(values: Float64Array, size: number, stride: number, spacing: number): void {
  const line = new Float64Array(size);
  const vertex = new Int32Array(size); // places of the parabolas that form the envelope
  const border = new Float64Array(size + 1); // from where on each of them is the lowest
  const block = size * stride;
  for (let start = 0; start < values.length; start += block) {
    for (let offset = 0; offset < stride; offset++) {
      const first = start + offset;
      for (let i = 0, at = first; i < size; i++, at += stride) line[i] = values[at];
      const last = envelope(line, spacing, vertex, border);
      if (last < 0) continue;
      for (let i = 0, k = 0, at = first; i < size; i++, at += stride) {
        while (k < last && border[k + 1] < i) k++;
        const away = spacing * (i - vertex[k]);
        values[at] = line[vertex[k]] + away * away;
      }
    }
  }
}

/** Builds the lower envelope of the parabolas on a line; gives the index of its last one, −1 if all values are infinite. */
function envelope(line: Float64Array, spacing: number, vertex: Int32Array, border: Float64Array): number {
  const scale = 1 / (spacing * spacing);
  let last = -1;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === Number.POSITIVE_INFINITY) continue;
    const height = line[i] * scale + i * i;
    let meeting = Number.NEGATIVE_INFINITY;
    while (last >= 0) {
      const j = vertex[last];
      meeting = (height - line[j] * scale - j * j) / (2 * (i - j));
      if (meeting > border[last]) break;
      last--;
      meeting = Number.NEGATIVE_INFINITY;
    }
    last++;
    vertex[last] = i;
    border[last] = meeting;
  }
  return last;
}
