import type { Rng } from "../engine/random.js";
import type { Region } from "./scene.js";

/** An upright rectangle. */
export const rectangle = (top: number, left: number, bottom: number, right: number): Region => ({
  top,
  left,
  bottom,
  right,
  has: (y, x) => y >= top && y < bottom && x >= left && x < right,
});

/** An ellipse about a centre. */
export const ellipse = (y: number, x: number, down: number, across: number): Region => ({
  top: y - down,
  left: x - across,
  bottom: y + down,
  right: x + across,
  has: (row, column) => ((row - y) / down) ** 2 + ((column - x) / across) ** 2 < 1,
});

/** A polygon by its corners [y, x] (even-odd rule). */
export function polygon(corners: readonly (readonly [number, number])[]): Region {
  const [ys, xs] = [corners.map(([y]) => y), corners.map(([, x]) => x)];
  const crossings: number[] = []; // of the row that was asked for last with the polygon's sides
  let row = Number.NaN;
  const enter = (y: number) => {
    row = y;
    crossings.length = 0;
    for (let i = 0, j = ys.length - 1; i < ys.length; j = i++)
      if (ys[i] > y !== ys[j] > y) crossings.push(xs[i] + ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]));
  };
  return {
    top: Math.min(...ys),
    left: Math.min(...xs),
    bottom: Math.max(...ys),
    right: Math.max(...xs),
    has(y, x) {
      if (y !== row) enter(y);
      let isInside = false;
      for (let i = 0; i < crossings.length; i++) if (x < crossings[i]) isInside = !isInside;
      return isInside;
    },
  };
}

/** An ellipse with a wavy border: crowns of trees, bushes, cushions. */
export function blob(y: number, x: number, down: number, across: number, rng: Rng, waves = 0.12): Region {
  const parts = [3, 5, 8, 13].map((count) => ({
    count,
    phase: rng.uniform(0, 2 * Math.PI),
    size: waves * rng.uniform(),
  }));
  const reach = 1 + parts.reduce((sum, { size }) => sum + size, 0);
  return {
    top: y - reach * down,
    left: x - reach * across,
    bottom: y + reach * down,
    right: x + reach * across,
    has(row, column) {
      const a = (row - y) / down;
      const b = (column - x) / across;
      const distance = a * a + b * b;
      if (distance >= reach * reach || distance < (2 - reach) ** 2) return distance < 1; // beyond all waves, or within
      const angle = Math.atan2(a, b);
      let radius = 1;
      for (const { count, phase, size } of parts) radius += size * Math.sin(count * angle + phase);
      return distance < radius * radius;
    },
  };
}

/** The part of a region where something else holds too. */
export const within = (region: Region, has: Region["has"]): Region => ({
  ...region,
  has: (y, x) => region.has(y, x) && has(y, x),
});

/** Several regions as one. */
export const together = (...regions: readonly Region[]): Region => ({
  top: Math.min(...regions.map(({ top }) => top)),
  left: Math.min(...regions.map(({ left }) => left)),
  bottom: Math.max(...regions.map(({ bottom }) => bottom)),
  right: Math.max(...regions.map(({ right }) => right)),
  has(y, x) {
    for (const region of regions) if (region.has(y, x)) return true;
    return false;
  },
});
