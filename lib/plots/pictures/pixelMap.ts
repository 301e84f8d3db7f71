import { Problem } from "../../problem.js";
import { short } from "../charts/finding.js";
import type { Figure } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { dataAddress, raster } from "../render/raster.js";
import { type SheetOptions, sheet } from "../render/sheet.js";
import { colorKey, painted } from "./colorKey.js";
import { colorAt, viridis } from "./colorScale.js";
import type { Panel } from "./panel.js";

/** What is shown, and how the figure looks. */
export interface PixelMapOptions extends Omit<SheetOptions, "title">, Untitled {
  /** "confidence (0 to 1)"; stands above the key of the colours. */
  z: string;
  /** Ends of the colour scale, the lowest and the highest value by default. */
  ends?: readonly [number, number];
}

/** A number at every pixel as a colour from dark to light, NaN as grey; the images of the panels are those numbers. Throws a Problem where there is none. */
export function pixelMap(panels: readonly Panel[], { z, ends, subtitle = "", ...look }: PixelMapOptions): Figure {
  const all = panels.flatMap(({ image }) => Array.from(image)).filter((value) => !Number.isNaN(value));
  finite("pixel map", all);
  if (all.length === 0)
    throw new Problem(`pixel map: found no number in ${panels.length} panels, expected at least one`);
  const found = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))] as const;
  const [low, high] = ends ?? found;
  const color = (value: number) =>
    colorAt(viridis, high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5);
  const key = colorKey({
    name: z,
    heading: z.replace(" (", "<br>("),
    colors: viridis,
    ends: [low, high > low ? high : low + 1],
  });
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const isGrey = panels.some(({ image }) => Array.from(image).some(Number.isNaN));
  return sheet(panels, [key], {
    title: `${z.replace(/ \(.*/, "")}: ${short(found[0])} to ${short(found[1])}, mean ${short(mean)}`.replace(
      /^./,
      (first) => first.toUpperCase(),
    ),
    right: 104,
    isCrisp: true,
    paint: (values, size) => dataAddress(raster(painted(values, color), size, { channels: 3 })),
    ...look,
    subtitle: [subtitle, ...(isGrey ? ["grey: not defined"] : [])].filter(Boolean).join("; "),
  });
}
