import type { Figure, Trace } from "../render/figure.js";
import { sheet } from "../render/sheet.js";
import type { OverlayOptions } from "./overlay.js";
import type { Panel } from "./panel.js";
import { classColor, type PanelClass } from "./regions.js";

const white = [255, 255, 255] as const; // of what is not labelled

/** The same, and whether pixels are shown as squares: sharp, and small. */
export interface MaskOptions extends OverlayOptions {
  isCrisp?: boolean;
}

/** Photographs and masks side by side; a panel with a mask is that mask in the colours of its classes, for in a photograph every pixel has one. */
export function masks(panels: readonly Panel[], { classes, ...options }: MaskOptions): Figure {
  const painted = panels.map(({ mask, ...panel }) =>
    mask ? { ...panel, image: inColors(mask, classes), window: [0, 255] as const } : panel,
  );
  const isThere = (number: number) => panels.some(({ mask }) => mask && Array.prototype.includes.call(mask, number));
  const legend = classes.flatMap((one, number) => (isThere(number) ? [entry(one, number)] : []));
  return sheet(painted, legend, { upwards: false, ...options });
}

function inColors(mask: ArrayLike<number>, classes: readonly PanelClass[]): Uint8Array {
  const colors = classes.map(rgb);
  const image = new Uint8Array(3 * mask.length);
  for (let i = 0; i < mask.length; i++) image.set(colors[mask[i]] ?? white, 3 * i);
  return image;
}

const rgb = (one: PanelClass, number: number): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(classColor(one, number).slice(at, at + 2), 16));

/** What stands for a class in the legend: an area without extent. */
const entry = (one: PanelClass, number: number): Trace => ({
  type: "scatter",
  mode: "lines",
  x: [0, 0, 0],
  y: [0, 0, 0],
  name: one.name,
  hoverinfo: "skip",
  fill: "toself",
  fillcolor: classColor(one, number),
  line: { color: classColor(one, number), width: 0 },
});
