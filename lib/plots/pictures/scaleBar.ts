import type { Annotation, Shape } from "../render/figure.js";
import { axisNumber } from "../render/places.js";
import { onPicture } from "../render/theme.js";
import type { Extent, Panel } from "./panel.js";

/** A bar of 10 mm in the corner of each picture whose scale is known: white on black, to be seen on any tissue. */
export function scaleBar(panel: Panel, { x: [left], wide }: Extent, at: number): Shape[] {
  if (!panel.spacingMm) return [];
  const x0 = left + wide * 0.05;
  const place = {
    type: "line",
    xref: `x${axisNumber(at)}`,
    yref: `y${axisNumber(at)} domain`,
    layer: "above",
  } as const;
  const bar = (color: string, width: number) => ({
    ...place,
    x0,
    x1: x0 + 10,
    y0: 0.04,
    y1: 0.04,
    line: { color, width },
  });
  return [bar(onPicture.dark, 6), bar(onPicture.light, 3)];
}

/** How long the bar is, in the first picture. */
export function scaleText(panel: Panel, { x: [left], wide }: Extent, at: number): Annotation[] {
  if (!panel.spacingMm || at > 0) return [];
  return [
    {
      text: "10 mm",
      x: left + wide * 0.05,
      y: 0.07,
      xref: "x",
      yref: "y domain",
      xanchor: "left",
      yanchor: "bottom",
      showarrow: false,
      font: { size: 11, color: onPicture.light },
      bgcolor: "rgba(0,0,0,0.45)",
    },
  ];
}
