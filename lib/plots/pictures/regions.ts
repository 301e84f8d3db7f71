import type { Trace } from "../render/figure.js";
import { axisNumber } from "../render/places.js";
import { classColors, colorOf, hex, onPicture, translucent } from "../render/theme.js";
import { outline } from "./outline.js";
import { type Panel, spacing } from "./panel.js";

/** A class; without a colour (red, green, blue, 0–255) it gets one that stands out on grey. */
export interface PanelClass {
  name: string;
  color?: readonly [number, number, number];
}

/** The colour of the class with a number; the background, 0, is dark. */
export const classColor = ({ color }: PanelClass, number: number): string => {
  if (color) return hex(color);
  return number === 0 ? onPicture.dark : colorOf(number - 1, classColors);
};

/** The areas of a panel's prediction and the outlines of its truth or mask; drawn by `legendrank`, the outlines come out on top. */
export function regions(panel: Panel, at: number, classes: readonly PanelClass[]): Trace[] {
  const traces: Trace[] = [];
  for (let number = 1; number < classes.length; number++) {
    const { name } = classes[number];
    const color = classColor(classes[number], number);
    const place = {
      type: "scatter",
      mode: "lines",
      xaxis: `x${axisNumber(at)}`,
      yaxis: `y${axisNumber(at)}`,
      hoverinfo: "name",
    } as const;
    if (panel.prediction)
      traces.push({
        ...place,
        ...inMm(panel, panel.prediction, number),
        name: `${name}: prediction (area)`,
        legendgroup: `prediction ${number}`,
        legendrank: 1000 + number,
        fill: "toself",
        fillcolor: translucent(color, 0.5),
        line: { color, width: 0 },
      });
    if (panel.truth)
      traces.push({
        ...place,
        ...inMm(panel, panel.truth, number),
        name: `${name}: truth (line)`,
        legendgroup: `truth ${number}`,
        legendrank: 1100 + number,
        line: { color, width: 2 },
      });
    if (panel.mask)
      traces.push({
        ...place,
        ...inMm(panel, panel.mask, number),
        name,
        legendgroup: `mask ${number}`,
        legendrank: 1200 + number,
        line: { color, width: 2 },
      });
  }
  return traces;
}

function inMm(panel: Panel, map: ArrayLike<number>, number: number) {
  const { x, y } = outline(map, panel.shape, number);
  const scaled = (values: (number | null)[], by: number) => values.map((value) => (value === null ? null : value * by));
  return { x: scaled(x, spacing(panel)[1]), y: scaled(y, spacing(panel)[0]) };
}
