import { type Summary, summary } from "../../statistics/summary.js";
import { compose } from "../render/compose.js";
import type { Axis, Figure, Trace } from "../render/figure.js";
import type { Look, Untitled } from "../render/fit.js";
import { axis, colorOf, grey } from "../render/theme.js";
import { apart, fromTo } from "./finding.js";
import { type Level, levelLine } from "./level.js";

/** One result: an arm with a seed gave a value. */
export interface Result {
  arm: string;
  /** Its number: of a seed unless `of` says otherwise. */
  seed: number;
  value: number;
  /** What the value belongs to: a training with its seed, or a draw of the labelled cases (mean over its seeds), or a volume. */
  of?: "seed" | "draw" | "validation volume" | "test volume";
  phantom?: boolean;
}

/** What is measured, with its unit: "Dice on the test cases (0 to 1)". */
export interface SpreadOptions extends Untitled {
  x: string;
  /** A value that all are seen against: a dashed line. */
  level?: Level;
}

/** A row per arm: a dot per seed, the mean, and where there are several seeds the 95 % interval of the mean (Student's t). */
export function spread(results: readonly Result[], { x, level, subtitle = "", ...look }: SpreadOptions): Figure {
  const arms = [...new Set(results.map(({ arm }) => arm))];
  const groups = arms.map((arm) => results.filter((result) => result.arm === arm));
  const rows = groups.map((group, at) => ({
    name: arms[at],
    color: colorOf(at),
    values: group.map(({ value }) => value),
    labels: group.map(({ of = "seed", seed }) => `${of} ${seed}`),
  }));
  const [{ of = "seed" } = {}] = results;
  const drawn = `dot: one ${of}, diamond: mean, line: 95 % interval of the mean`;
  const means = rows.map(({ name, values }) => ({ name, value: summary(values).mean }));
  return dotRows(rows, {
    title: fromTo(means) + apart(rows.map(({ values }) => values)),
    ...look,
    x: axis(x),
    level,
    subtitle: [subtitle, drawn].filter(Boolean).join("; "),
    phantom: results.some(({ phantom }) => phantom),
  });
}

/** Values that belong together, drawn in one row. */
export interface Row {
  name: string;
  /** Stands below the name, in faint ink. */
  note?: string;
  color: string;
  values: readonly number[];
  /** What each value is, for whoever points at it. */
  labels: readonly string[];
}

/** Rows of dots with their mean and its interval, the first row on top. */
export function dotRows(
  rows: readonly Row[],
  { x, phantom, level, ...look }: Look & { x: Axis; phantom: boolean; level?: Level },
): Figure {
  const range = [rows.length - 0.4, -0.6] as const;
  const drawn = level && levelLine(level, "x", range);
  return compose({
    data: [...(drawn ? [drawn.line] : []), ...rows.flatMap((row, at) => [dots(row, at), meanOf(row, at)])],
    layout: {
      xaxis: x,
      yaxis: {
        range,
        showgrid: false,
        zeroline: false,
        showline: false,
        ticks: "",
        ticklabelstandoff: 6,
        fixedrange: true,
        title: { text: "" },
      },
      ...(drawn && { annotations: [drawn.words] }),
    },
    fit: {
      height: 40 + 52 * rows.length,
      ...look,
      phantom,
      rows: rows.map(({ name, note }) => (note ? [name, note] : [name])),
    },
  });
}

/** The dots lie a little above the row's line, one beside the other where they would hide each other. */
function dots({ name, color, values, labels }: Row, at: number): Trace {
  const step = 0.22 / Math.max(1, values.length - 1);
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: values,
    y: values.map((_, i) => at - 0.3 + (values.length > 1 ? i * step : 0.11)),
    text: labels,
    marker: { color, size: 8, opacity: 0.75 },
    hovertemplate: "%{text}: %{x:.4f}<extra></extra>", // the row's name stands beside it
    showlegend: false,
  };
}

function meanOf({ name, color, values }: Row, at: number): Trace {
  const { mean, interval }: Summary = summary(values);
  return {
    type: "scatter",
    mode: "markers",
    name: `${name}: mean`,
    x: [mean],
    y: [at + 0.12],
    marker: { color, size: 11, symbol: "diamond", line: { color: grey.ink, width: 1 } },
    ...(interval && {
      error_x: {
        type: "data",
        array: [interval[1] - mean],
        arrayminus: [mean - interval[0]],
        color,
        thickness: 3,
        width: 6,
      },
    }),
    hovertemplate: `mean of ${values.length}: %{x:.4f}<extra></extra>`,
    showlegend: false,
  };
}
