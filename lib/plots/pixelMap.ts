import { Problem } from "../problem.js";
import { colorAt, viridis } from "./colorScale.js";
import type { Figure, Trace } from "./figure.js";
import { short } from "./finding.js";
import { finite } from "./finite.js";
import type { Panel } from "./panel.js";
import { dataAddress, raster } from "./raster.js";
import { type SheetOptions, sheet } from "./sheet.js";
import type { Untitled } from "./theme.js";

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
  const share = (value: number) => (high > low ? (value - low) / (high - low) : 0.5);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const isGrey = panels.some(({ image }) => Array.from(image).some(Number.isNaN));
  return sheet(panels, [key(z, low, high)], {
    title: `${z.replace(/ \(.*/, "")}: ${short(found[0])} to ${short(found[1])}, mean ${short(mean)}`.replace(
      /^./,
      (first) => first.toUpperCase(),
    ),
    right: 104,
    isCrisp: true,
    paint: (values, size) => dataAddress(raster(colors(values, share), size, { channels: 3 })),
    ...look,
    subtitle: [subtitle, ...(isGrey ? ["grey: not defined"] : [])].filter(Boolean).join("; "),
  });
}

const nowhere = [153, 153, 153];

function colors(values: ArrayLike<number>, share: (value: number) => number): Uint8Array {
  const found = new Uint8Array(3 * values.length);
  for (let i = 0; i < values.length; i++)
    found.set(Number.isNaN(values[i]) ? nowhere : colorAt(viridis, Math.min(1, Math.max(0, share(values[i])))), 3 * i);
  return found;
}

/** A trace without a point, for the key of its colours. */
function key(z: string, low: number, high: number): Trace {
  return {
    type: "scatter",
    mode: "markers",
    name: z,
    x: [null],
    y: [null],
    xaxis: "x",
    yaxis: "y",
    showlegend: false,
    hoverinfo: "skip",
    marker: {
      color: [low],
      colorscale: viridis,
      cmin: low,
      cmax: high > low ? high : low + 1,
      showscale: true,
      colorbar: {
        title: { text: z.replace(" (", "<br>("), side: "top", font: { size: 12 } },
        thickness: 14,
        len: 0.9,
        x: 1.02,
        xanchor: "left",
        outlinewidth: 1,
      },
    },
  };
}
