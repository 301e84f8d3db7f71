import { corners, type Outline } from "./anatomy.js";

/** A slice that is being painted. */
export interface Canvas {
  height: number;
  width: number;
  /** What is seen, in the units of the tissues. */
  value: Float32Array;
  label: Uint8Array;
  /** How much a tissue deviates from its mean at each pixel, in units of its own texture. */
  texture: Float32Array;
  scratch: { count: Uint8Array; crossings: Float32Array; edge: Float32Array; step: Float32Array };
}

/** What fills an outline. */
export interface Paint {
  mean: number;
  /** Standard deviation within the tissue. */
  texture?: number;
  /** Class of the pixels. */
  label?: number;
  /** Paints only pixels of this class. */
  within?: number;
}

const rows = 4; // lines per pixel on which coverage is measured

/** An empty slice. */
export function newCanvas(height: number, width: number): Canvas {
  return {
    height,
    width,
    value: new Float32Array(height * width),
    label: new Uint8Array(height * width),
    texture: new Float32Array(height * width),
    scratch: {
      count: new Uint8Array(rows * height),
      crossings: new Float32Array(rows * height * corners),
      edge: new Float32Array(width + 2),
      step: new Float32Array(width + 2),
    },
  };
}

/**
 * Fills an outline, given in pixels (even-odd rule). A pixel at the border gets a part of the new value as large as the part of it that is covered,
 * and the new class if that is half of it or more.
 */
export function fill(canvas: Canvas, outline: Outline, { mean, texture = 0, label = 0, within }: Paint): void {
  const { width, value, label: labels, texture: deviation, scratch } = canvas;
  const { count, crossings, edge, step } = scratch;
  const isWithin = within !== undefined;
  const [first, last] = cut(canvas, outline);
  for (let y = Math.floor(first / rows); y * rows <= last; y++) {
    let from = width;
    let to = 0;
    for (let row = rows * y; row < rows * (y + 1); row++) {
      for (let i = 0; i + 1 < count[row]; i += 2) {
        const left = Math.max(0, crossings[row * corners + i]);
        const right = Math.min(width, crossings[row * corners + i + 1]);
        if (left >= right) continue;
        const [a, b] = [Math.floor(left), Math.floor(right)];
        if (a === b) edge[a] += right - left;
        else {
          edge[a] += a + 1 - left;
          edge[b] += right - b;
          step[a + 1] += 1;
          step[b] -= 1;
        }
        if (a < from) from = a;
        if (b > to) to = b;
      }
      count[row] = 0;
    }
    for (let x = from, full = 0; x <= to; x++) {
      full += step[x];
      const cover = (full + edge[x]) * (1 / rows);
      step[x] = 0;
      edge[x] = 0;
      if (cover <= 0 || x >= width) continue;
      const at = y * width + x;
      if (isWithin && labels[at] !== within) continue;
      value[at] += cover * (mean + texture * deviation[at] - value[at]);
      if (cover >= 0.5) labels[at] = label;
    }
  }
}

/** Where the outline crosses each line, sorted along it; returns the first and last line that it can cross. */
function cut({ height, scratch: { count, crossings } }: Canvas, outline: Outline): [first: number, last: number] {
  let first = rows * height;
  let last = -1;
  const n = outline.length;
  for (let i = 0; i < n; i += 2) {
    const next = i + 2 === n ? 0 : i + 2;
    const isDown = outline[i + 1] < outline[next + 1];
    const [top, bottom] = isDown ? [i, next] : [next, i];
    const slope = (outline[bottom] - outline[top]) / (outline[bottom + 1] - outline[top + 1]);
    const begin = Math.max(0, Math.ceil(rows * outline[top + 1] - 0.5));
    const end = Math.min(rows * height, Math.ceil(rows * outline[bottom + 1] - 0.5));
    for (let row = begin; row < end; row++) {
      const x = outline[top] + slope * ((row + 0.5) / rows - outline[top + 1]);
      let at = row * corners + count[row]++;
      for (; at > row * corners && crossings[at - 1] > x; at--) crossings[at] = crossings[at - 1];
      crossings[at] = x;
    }
    if (begin < end) {
      if (begin < first) first = begin;
      if (end > last) last = end - 1;
    }
  }
  return [first, last];
}
