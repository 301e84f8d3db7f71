import { Problem } from "../../problem.js";
import { compose } from "../render/compose.js";
import type { Annotation, Figure, Shape, Trace } from "../render/figure.js";
import type { Untitled } from "../render/fit.js";
import { toolbar } from "../render/frame.js";
import { textWidth } from "../render/measure.js";
import { axis, colorOf, grey, seriesColors, symbolOf } from "../render/theme.js";
import type { CurvePoint } from "./curves.js";
import { fromTo } from "./finding.js";
import { type Level, levelLine } from "./level.js";

/** What is on the axes, with units, and values that hold at every place of the first. */
export interface NamedCurveOptions extends Untitled {
  x: string;
  y: string;
  levels?: readonly Level[];
}

/** An arm: its places along the axis, the values of its seeds there, and the means of those. */
interface Arm {
  name: string;
  steps: number[];
  values: number[][];
  means: number[];
}

/**
 * Lines over a few places of an axis, means over the seeds, for more arms than there are colours: each has its colour with a symbol of its own, and its name at its right end.
 * Up to as many arms as there are colours have whiskers from the lowest to the highest seed. Throws a Problem where there is nothing to draw.
 */
export function namedCurves(
  points: readonly CurvePoint[],
  { x, y, levels = [], subtitle = "", ...look }: NamedCurveOptions,
): Figure {
  if (points.length === 0) throw new Problem("named curves: found no point, expected at least one; train an arm first");
  const arms = armsIn(points);
  const steps = [...new Set(points.map(({ step }) => step))].sort((a, b) => a - b);
  const span = steps[steps.length - 1] - steps[0] || 1;
  const range = [steps[0] - 0.06 * span, steps[steps.length - 1] + 0.12 * span] as const;
  const height = Math.max(270, 16 * arms.length + 20);
  const isSpread =
    arms.length <= seriesColors.length && arms.some(({ values }) => values.some((own) => own.length > 1));
  const [low, high] = endsOf([...arms.flatMap(({ values }) => values.flat()), ...levels.map(({ value }) => value)]);
  const places = apart(arms.map(lastOf), { gap: (15 * (high - low)) / height, high });
  const names = arms.map(({ name }) => name);
  const lines = levels.map((level) => levelLine(level, "y", range));
  return compose({
    data: [...lines.map(({ line }) => line), ...arms.map((arm, at) => lineOf(arm, at, isSpread))],
    layout: {
      xaxis: axis(x, { range, tickvals: steps, showgrid: false }),
      yaxis: axis(y, { range: [low, high] }),
      shapes: arms.map((arm, at) => leader(arm, at, [range[1], places[at]])),
      annotations: [
        ...lines.map(({ words }) => words),
        ...names.map((name, at) => nameAt(name, [range[1], places[at]])),
      ],
    },
    fit: {
      title: fromTo(arms.map((arm) => ({ name: arm.name, value: lastOf(arm) }))),
      ...look,
      height,
      subtitle: [subtitle, `line: mean of the seeds${isSpread ? ", whiskers: lowest to highest" : ""}`]
        .filter(Boolean)
        .join("; "),
      phantom: points.some(({ phantom }) => phantom),
      right: toolbar + Math.ceil(Math.max(...names.map((name) => textWidth(name, { size: 12 })))),
    },
  });
}

/** The arms of some points, the one that ends highest first. */
function armsIn(points: readonly CurvePoint[]): Arm[] {
  const names = [...new Set(points.map(({ arm }) => arm))];
  const arms = names.map((name): Arm => {
    const own = points.filter(({ arm }) => arm === name);
    const steps = [...new Set(own.map(({ step }) => step))].sort((a, b) => a - b);
    const values = steps.map((step) => own.filter((point) => point.step === step).map(({ value }) => value));
    return { name, steps, values, means: values.map((all) => all.reduce((sum, one) => sum + one, 0) / all.length) };
  });
  return arms.sort((a, b) => lastOf(b) - lastOf(a));
}

const lastOf = ({ means }: Arm) => means[means.length - 1];

/** The lowest and the highest value, with a margin. */
function endsOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.05 * (high - low || 1);
  return [low - margin, high + margin];
}

/** Places near some falling values, none nearer to the next than the gap, and none above the highest. */
function apart(values: readonly number[], { gap, high }: { gap: number; high: number }): number[] {
  const places = [...values];
  for (let at = places.length - 2; at >= 0; at--) places[at] = Math.max(places[at], places[at + 1] + gap);
  places[0] = Math.min(places[0], high);
  for (let at = 1; at < places.length; at++) places[at] = Math.min(places[at], places[at - 1] - gap);
  return places;
}

function lineOf({ name, steps, values, means }: Arm, at: number, isSpread: boolean): Trace {
  const color = colorOf(at);
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    x: steps,
    y: means,
    line: { color, width: 2 },
    marker: { color, size: 8, symbol: symbolOf(at) },
    ...(isSpread && {
      error_y: {
        type: "data",
        array: values.map((own, i) => Math.max(...own) - means[i]),
        arrayminus: values.map((own, i) => means[i] - Math.min(...own)),
        color,
        thickness: 1.5,
        width: 4,
      },
    }),
    hovertemplate: "%{x}: %{y:.4f}",
    showlegend: false,
  };
}

/** A thin line from the end of an arm to where its name stands. */
const leader = (arm: Arm, at: number, [x, y]: readonly [number, number]): Shape => ({
  type: "line",
  xref: "x",
  yref: "y",
  x0: arm.steps[arm.steps.length - 1],
  y0: lastOf(arm),
  x1: x,
  y1: y,
  line: { color: colorOf(at), width: 1, dash: "dot" },
  layer: "below",
});

const nameAt = (text: string, [x, y]: readonly [number, number]): Annotation => ({
  text,
  x,
  y,
  xref: "x",
  yref: "y",
  xanchor: "left",
  yanchor: "middle",
  xshift: 3,
  showarrow: false,
  font: { size: 12, color: grey.ink },
});
