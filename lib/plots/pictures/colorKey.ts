import type { ColorScale, Trace } from "../render/figure.js";

/** What a key says: its name and heading, the scale between two values, and marks of one's own. */
export interface ColorKeyOptions {
  name: string;
  heading: string;
  colors: ColorScale;
  ends: readonly [number, number];
  ticks?: { tickvals: number[]; ticktext: string[] };
}

/** A trace without a point, for the key of its colours on the right of a figure. */
export const colorKey = ({ name, heading, colors, ends: [low, high], ticks }: ColorKeyOptions): Trace => ({
  type: "scatter",
  mode: "markers",
  name,
  x: [null],
  y: [null],
  xaxis: "x",
  yaxis: "y",
  showlegend: false,
  hoverinfo: "skip",
  marker: {
    color: [low],
    colorscale: colors,
    cmin: low,
    cmax: high,
    showscale: true,
    colorbar: {
      title: { text: heading, side: "top", font: { size: 12 } },
      ...ticks,
      thickness: 14,
      len: 0.9,
      x: 1.02,
      xanchor: "left",
      outlinewidth: 1,
    },
  },
});

const nowhere = [153, 153, 153];

/** Values as red, green and blue for `raster`; what is no number is grey. */
export function painted(values: ArrayLike<number>, color: (value: number) => readonly number[]): Uint8Array {
  const found = new Uint8Array(3 * values.length);
  for (let i = 0; i < values.length; i++) found.set(Number.isNaN(values[i]) ? nowhere : color(values[i]), 3 * i);
  return found;
}
