import { summary } from "../../statistics/summary.js";
import { compose } from "../render/compose.js";
import type { Figure, Trace } from "../render/figure.js";
import type { Untitled } from "../render/fit.js";
import { axis, colorOf, translucent } from "../render/theme.js";
import { fromTo } from "./finding.js";

/** One measurement during a run. */
export interface CurvePoint {
  arm: string;
  seed: number;
  /** Of the labelled cases; one where absent. */
  draw?: number;
  /** Finished optimiser steps. */
  step: number;
  value: number;
  phantom?: boolean;
}

/** What is drawn upwards, with its unit: "Dice on the validation cases (0 to 1)". */
export interface CurveOptions extends Untitled {
  y: string;
  x?: string;
  /** What the band covers: all seeds, or one standard deviation (n − 1) to both sides of the mean. */
  band?: "range" | "deviation";
}

/** A line per arm, the mean over its seeds; where there are several seeds, a band around it (paper, Figure 5: the deviation over three runs). */
export function curves(
  points: readonly CurvePoint[],
  { y, x = "training (optimiser steps)", band = "range", subtitle = "", ...look }: CurveOptions,
): Figure {
  const arms = [...new Set(points.map(({ arm }) => arm))];
  const traces = arms.map((arm, at) =>
    seriesOf(
      arm,
      points.filter((point) => point.arm === arm),
      { color: colorOf(at), band },
    ),
  );
  const counts = traces.map(({ seeds }) => seeds);
  const words = { range: "lowest to highest", deviation: "± one standard deviation" }[band];
  const drawn =
    Math.max(...counts) > 1
      ? [
          `line: mean of ${range(counts)} ${points.some(({ draw = 0 }) => draw > 0) ? "trainings" : "seeds"}, band: ${words}`,
        ]
      : [];
  return compose({
    data: [...traces.flatMap((one) => one.band), ...traces.map(({ mean }) => mean)], // bands lie under all lines
    layout: { xaxis: axis(x, { rangemode: "tozero" }), yaxis: axis(y) },
    fit: {
      title: ending(
        traces.map(({ mean }) => mean),
        x,
      ),
      ...look,
      subtitle: [subtitle, ...drawn].filter(Boolean).join("; "),
      phantom: points.some(({ phantom }) => phantom),
      legend: arms,
    },
  });
}

/** Where those curves end that run longest. */
function ending(means: readonly Trace[], x: string): string {
  const ends = means.map(({ name, x, y }) => ({ name, step: Number(x[x.length - 1]), value: Number(y[y.length - 1]) }));
  const step = Math.max(...ends.map((end) => end.step));
  const unit = (/\((.*)\)/.exec(x)?.[1] ?? x).replace("optimiser ", "");
  return `${fromTo(ends.filter((end) => end.step === step))} after ${step} ${unit}`;
}

const range = (counts: readonly number[]) => [...new Set([Math.min(...counts), Math.max(...counts)])].join(" to ");

function seriesOf(
  arm: string,
  points: readonly CurvePoint[],
  { color, band }: { color: string; band: CurveOptions["band"] },
): { seeds: number; band: Trace[]; mean: Trace } {
  const steps = [...new Set(points.map(({ step }) => step))].sort((a, b) => a - b);
  const at = steps.map((step) => points.filter((point) => point.step === step).map(({ value }) => value));
  const seeds = new Set(points.map(({ draw = 0, seed }) => `${draw} ${seed}`)).size;
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
  const ends = at.map(band === "range" ? lowestAndHighest : aroundMean);
  return { seeds, band: seeds > 1 ? [bandOf(arm, steps, ends, color)] : [], mean };
}

const lowestAndHighest = (values: readonly number[]) => [Math.min(...values), Math.max(...values)];

function aroundMean(values: readonly number[]): number[] {
  const { mean, sd = 0 } = summary(values);
  return [mean - sd, mean + sd];
}

/** The lower ends there, the upper ones back. */
function bandOf(arm: string, steps: readonly number[], ends: readonly number[][], color: string): Trace {
  return {
    type: "scatter",
    mode: "lines",
    name: `${arm}: band`,
    x: [...steps, ...[...steps].reverse()],
    y: [...ends.map(([low]) => low), ...ends.map(([, high]) => high).reverse()],
    fill: "toself",
    fillcolor: translucent(color, 0.18),
    line: { color, width: 0 },
    legendgroup: arm,
    showlegend: false,
    hoverinfo: "skip",
  };
}
