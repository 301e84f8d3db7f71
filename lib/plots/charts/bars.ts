import { fixed } from "../../written.js";
import { compose } from "../render/compose.js";
import type { Annotation, Axes, Figure, Trace } from "../render/figure.js";
import type { Look } from "../render/fit.js";
import { axisNumber } from "../render/places.js";
import { axis, colorOf, grey, translucent } from "../render/theme.js";
import { domains } from "./domains.js";

/** The length of one bar, with the ends of its interval where it has one. */
export interface Bar {
  /** Bars of a group stand in one panel: a class, a data set. */
  group: string;
  /** Bars of a series stand in one row: an arm. */
  series: string;
  value: number;
  interval?: readonly [number, number];
  phantom?: boolean;
}

/** What the bars measure, with its unit. */
export interface BarOptions extends Look {
  x: string;
}

// pixels between panels: beside each stand its values, below it its axis and the next one's heading
const gap = { across: 60, down: 96 };

/** A panel of bars from zero for each group, with their values and whiskers for intervals; every series has its row, named at the left, the one with the highest mean on top. */
export function bars(values: readonly Bar[], { x, ...look }: BarOptions): Figure {
  const groups = [...new Set(values.map(({ group }) => group))];
  const rows = ordered(values);
  const lines = Math.ceil(groups.length / 4);
  const columns = Math.ceil(groups.length / lines);
  const across = domains(Array(columns).fill(120), gap.across).domains;
  const { length, domains: down } = domains(Array(lines).fill(22 * rows.length + 20), gap.down);
  const range = rangeOf(values);
  const axes: Axes = {};
  for (const [at] of groups.entries()) {
    const line = Math.floor(at / columns);
    axes[`xaxis${axisNumber(at)}`] = axis(x, {
      domain: across[at % columns],
      anchor: `y${axisNumber(line)}`,
      range,
      nticks: 4,
    });
    axes[`yaxis${axisNumber(line)}`] = {
      domain: down[lines - 1 - line], // shares run upwards
      anchor: `x${axisNumber(line * columns)}`,
      range: [rows.length - 0.4, -0.6],
      showgrid: false,
      zeroline: false,
      ticks: "",
      ticklabelstandoff: 6,
      title: { text: "" },
    };
  }
  return compose({
    data: groups.flatMap((group, at) => {
      const own = rows.flatMap((name) => values.find((bar) => bar.group === group && bar.series === name) ?? []);
      return tracesOf(group, own, { rows, end: range[1] }).map((trace) => ({ ...trace, ...placeOf(at, columns) }));
    }),
    layout: { ...axes, annotations: groups.map((group, at) => heading(group, at, columns)), bargap: 0.2 },
    fit: {
      ...look,
      height: length,
      phantom: values.some(({ phantom }) => phantom),
      rows: rows.map((name) => [name]),
      bottom: 70,
      right: gap.across,
    },
  });
}

/** The series by their mean, the highest first. */
function ordered(values: readonly Bar[]): string[] {
  const names = [...new Set(values.map(({ series }) => series))];
  const meanOf = (name: string) => {
    const own = values.filter(({ series }) => series === name);
    return own.reduce((sum, { value }) => sum + value, 0) / own.length;
  };
  return names.sort((a, b) => meanOf(b) - meanOf(a));
}

const placeOf = (at: number, columns: number) =>
  ({ xaxis: `x${axisNumber(at)}`, yaxis: `y${axisNumber(Math.floor(at / columns))}` }) as const;

/** From zero, or the lowest whisker, to the highest one. */
function rangeOf(values: readonly Bar[]): [number, number] {
  const ends = values.flatMap(({ value, interval = [] }) => [value, ...interval]);
  const [low, high] = [Math.min(0, ...ends), Math.max(...ends)];
  return [low, high + 0.03 * (high - low)];
}

/** The bars of a panel, and their values at its right. */
function tracesOf(name: string, own: readonly Bar[], { rows, end }: { rows: readonly string[]; end: number }): Trace[] {
  const color = colorOf(0);
  const y = own.map(({ series }) => rows.indexOf(series));
  const x = own.map(({ value }) => value);
  const isSpread = own.some(({ interval }) => interval);
  return [
    {
      type: "bar",
      orientation: "h",
      name,
      ...{ x, y },
      marker: { color: translucent(color, 0.5) },
      ...(isSpread && {
        error_x: {
          type: "data",
          array: own.map(({ value, interval }) => (interval ? interval[1] - value : 0)),
          arrayminus: own.map(({ value, interval }) => (interval ? value - interval[0] : 0)),
          color,
          thickness: 1.5,
          width: 3,
        },
      }),
      hovertemplate: "%{x:.4f}",
      showlegend: false,
    },
    {
      type: "scatter",
      mode: "text",
      name: `${name}: values`,
      x: own.map(() => end),
      y,
      text: x.map((value) => fixed(value, 3)),
      textposition: "middle right",
      cliponaxis: false,
      hoverinfo: "skip",
      showlegend: false,
    },
  ];
}

/** The name of a group, above its panel. */
function heading(text: string, at: number, columns: number): Annotation {
  const { xaxis, yaxis } = placeOf(at, columns);
  return {
    text: `<b>${text}</b>`,
    x: 0,
    y: 1,
    xref: `${xaxis} domain`,
    yref: `${yaxis} domain`,
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    font: { size: 12, color: grey.ink },
  };
}
