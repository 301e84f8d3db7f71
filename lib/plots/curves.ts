import type { Figure, Trace } from "./figure.js";
import { fromTo } from "./finding.js";
import { axis, colorOf, config, frame, translucent, type Untitled } from "./theme.js";

/** One measurement during a run. */
export interface CurvePoint {
  arm: string;
  seed: number;
  /** Finished optimiser steps. */
  step: number;
  value: number;
  phantom?: boolean;
}

/** What is drawn upwards, with its unit: "Dice on the validation cases (0 to 1)". */
export interface CurveOptions extends Untitled {
  y: string;
  x?: string;
}

/** A line per arm, the mean over its seeds; where there are several seeds, a band from the lowest to the highest. */
export function curves(
  points: readonly CurvePoint[],
  { y, x = "optimiser steps", subtitle = "", ...look }: CurveOptions,
): Figure {
  const arms = [...new Set(points.map(({ arm }) => arm))];
  const traces = arms.map((arm, at) =>
    seriesOf(
      arm,
      points.filter((point) => point.arm === arm),
      colorOf(at),
    ),
  );
  const counts = traces.map(({ seeds }) => seeds);
  const drawn = Math.max(...counts) > 1 ? [`line: mean of ${range(counts)} seeds, band: lowest to highest`] : [];
  const layout = frame(
    {
      title: ending(traces.map(({ mean }) => mean)),
      ...look,
      subtitle: [subtitle, ...drawn].filter(Boolean).join("; "),
    },
    { phantom: points.some(({ phantom }) => phantom), legend: arms },
  );
  return {
    data: [...traces.flatMap(({ band }) => band), ...traces.map(({ mean }) => mean)], // bands lie under all lines
    layout: { ...layout, xaxis: axis(x, { rangemode: "tozero" }), yaxis: axis(y) },
    config,
  };
}

/** Where those curves end that run longest. */
function ending(means: readonly Trace[]): string {
  const ends = means.map(({ name, x, y }) => ({ name, step: Number(x[x.length - 1]), value: Number(y[y.length - 1]) }));
  const step = Math.max(...ends.map((end) => end.step));
  return `${fromTo(ends.filter((end) => end.step === step))} after ${step} steps`;
}

const range = (counts: readonly number[]) => [...new Set([Math.min(...counts), Math.max(...counts)])].join(" to ");

function seriesOf(
  arm: string,
  points: readonly CurvePoint[],
  color: string,
): { seeds: number; band: Trace[]; mean: Trace } {
  const steps = [...new Set(points.map(({ step }) => step))].sort((a, b) => a - b);
  const at = steps.map((step) => points.filter((point) => point.step === step).map(({ value }) => value));
  const seeds = new Set(points.map(({ seed }) => seed)).size;
  const mean: Trace = {
    type: "scatter",
    mode: steps.length > 30 ? "lines" : "lines+markers",
    name: arm,
    x: steps,
    y: at.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    line: { color, width: 2.5 },
    marker: { color, size: 6 },
    legendgroup: arm,
    hovertemplate: "step %{x}: %{y:.4f}",
  };
  return { seeds, band: seeds > 1 ? [bandOf(arm, steps, at, color)] : [], mean };
}

/** The lowest values there, the highest ones back. */
function bandOf(arm: string, steps: readonly number[], at: readonly number[][], color: string): Trace {
  const low = at.map((values) => Math.min(...values));
  const high = at.map((values) => Math.max(...values));
  return {
    type: "scatter",
    mode: "lines",
    name: `${arm}: lowest to highest seed`,
    x: [...steps, ...[...steps].reverse()],
    y: [...low, ...high.reverse()],
    fill: "toself",
    fillcolor: translucent(color, 0.18),
    line: { color, width: 0 },
    legendgroup: arm,
    showlegend: false,
    hoverinfo: "skip",
  };
}
