import { compose } from "../render/compose.js";
import type { Figure } from "../render/figure.js";
import type { Look } from "../render/fit.js";
import { axis, colorOf, grey } from "../render/theme.js";

/** The height of one bar, with the ends of its interval where it has one. */
export interface Bar {
  /** Bars of a group stand together: a class, a data set. */
  group: string;
  /** Bars of a series have one colour: an arm. */
  series: string;
  value: number;
  interval?: readonly [number, number];
  phantom?: boolean;
}

/** What is drawn upwards, with its unit, and what the groups are. */
export interface BarOptions extends Look {
  y: string;
  x: string;
}

/** Groups of bars from zero, one colour per series, whiskers for intervals. */
export function bars(values: readonly Bar[], { x, y, ...look }: BarOptions): Figure {
  const series = [...new Set(values.map((bar) => bar.series))];
  return compose({
    data: series.map((name, at) => {
      const own = values.filter((bar) => bar.series === name);
      return {
        type: "bar",
        name,
        x: own.map(({ group }) => group),
        y: own.map(({ value }) => value),
        marker: { color: colorOf(at) },
        error_y: {
          type: "data",
          array: own.map(({ value, interval }) => (interval ? interval[1] - value : 0)),
          arrayminus: own.map(({ value, interval }) => (interval ? value - interval[0] : 0)),
          color: grey.ink,
          thickness: 1.5,
          width: 4,
        },
        hovertemplate: "%{x}: %{y:.4f}",
      };
    }),
    layout: {
      xaxis: axis(x, { type: "category", showgrid: false }),
      yaxis: axis(y, { rangemode: "tozero" }),
      bargap: 0.25,
    },
    fit: { ...look, phantom: values.some(({ phantom }) => phantom), legend: series },
  });
}
