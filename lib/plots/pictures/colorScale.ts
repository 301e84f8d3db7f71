import type { ColorScale } from "../render/figure.js";
import { okabeIto } from "../render/theme.js";

/** From dark to light in even steps for the eye, with any colour vision (viridis of matplotlib, every 32nd colour). */
export const viridis: ColorScale = [
  "#440154",
  "#472D7B",
  "#3B528B",
  "#2C728E",
  "#21918C",
  "#28AE80",
  "#5EC962",
  "#ADDC30",
  "#FDE725",
].map((color, at) => [at / 8, color]);

/** Below (blue), at (white) and above (vermillion) a middle value. */
export const diverging: ColorScale = [
  [0, okabeIto.blue],
  [0.5, "#FFFFFF"],
  [1, okabeIto.vermillion],
];

/** Red, green and blue (0–255) at a place of a scale; before its first and after its last colour, that colour. */
export function colorAt(scale: ColorScale, at: number): [number, number, number] {
  const next = Math.max(
    1,
    scale.findIndex(([place]) => place >= at),
  );
  const [[low, from], [high, to]] = at >= 1 ? scale.slice(-2) : scale.slice(next - 1, next + 1);
  const share = Math.max(0, Math.min(1, (at - low) / (high - low)));
  const [a, b] = [parts(from), parts(to)];
  return [0, 1, 2].map((i) => Math.round(a[i] + share * (b[i] - a[i]))) as [number, number, number];
}

const parts = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
