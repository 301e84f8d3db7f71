import { Problem } from "../../problem.js";
import { compose } from "../render/compose.js";
import type { Figure, Trace } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { slider } from "../render/slider.js";
import { colorOf, grey, symbolOf } from "../render/theme.js";
import { short } from "./finding.js";
import { logAxis } from "./logAxis.js";

/** The variance of one sampler's estimate. */
export interface VariancePoint {
  sampler: string;
  /** Pixels drawn, or groups. */
  x: number;
  /** By the theorem. */
  theory?: number;
  /** Over repeated draws, with its 95 % interval. */
  observed?: number;
  interval?: readonly [number, number];
  /** Value of a second parameter, which a slider chooses. */
  setting?: number | string;
  phantom?: boolean;
}

/** What runs along the axes, with units, and what the slider chooses. */
export interface VarianceCurveOptions extends Untitled {
  /** "pixels drawn, n" or "groups, M". */
  x: string;
  y?: string;
  /** The sampler that the others are compared with, the first one unless told otherwise. */
  baseline?: string;
  /** Whether the variances themselves are drawn or their ratio to the baseline's. */
  scale?: "variance" | "ratio";
  /** What the settings are values of, "groups, M", and the one shown first. */
  setting?: string;
  shown?: number | string;
}

/**
 * Variance against sample size or number of groups, both logarithmic: theory as lines, observations as dots with their 95 % intervals
 * (Lemma 3.1, Theorem 3.2). Throws a Problem for a variance that is not above zero, or has no baseline.
 */
export function varianceCurves(points: readonly VariancePoint[], options: VarianceCurveOptions): Figure {
  finite(
    "variance curves",
    points.flatMap(({ x, theory, observed, interval = [] }) => [x, theory, observed, ...interval]),
  );
  const samplers = [...new Set(points.map(({ sampler }) => sampler))];
  const { x, baseline = samplers[0], scale = "variance", setting = "setting", shown, subtitle = "" } = options;
  const {
    y = scale === "variance" ? "variance of the estimate (loss²)" : `variance ÷ variance of ${baseline} (ratio)`,
  } = options;
  const settings = [...new Set(points.map((point) => point.setting))];
  const steps = settings.map((value) => {
    const own = relative(
      points.filter((point) => point.setting === value),
      baseline,
    );
    const traces = samplers.flatMap((name) => series(own, name, colorsOf(samplers).indexOf(name), scale));
    const drawn = [
      ...(own.some(({ theory }) => theory !== undefined) ? ["line: theory"] : []),
      ...(own.some(({ observed }) => observed !== undefined)
        ? ["dot: observed over repeated draws with its 95 % interval"]
        : []),
    ].join(", ");
    const { title = finding(own, baseline, x) } = options;
    return { label: String(value), traces, look: { title, subtitle: [subtitle, drawn].filter(Boolean).join("; ") } };
  });
  const first = Math.max(0, settings.indexOf(shown));
  const ticks = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const data = steps.flatMap(({ traces }, at) => traces.map((trace) => ({ ...trace, visible: at === first })));
  const isSlid = steps.length > 1;
  const positions = steps.map(({ label, traces }) => ({ label, traces: traces.length }));
  return compose({
    data,
    layout: {
      xaxis: logAxis(x, ticks, ticks.length <= 8 ? { ticks } : {}),
      yaxis: logAxis(y, data.flatMap(reach)),
      ...(isSlid && { sliders: [slider(setting, positions, first)] }),
    },
    fit: {
      ...steps[first].look,
      ...(options.height && { height: options.height }),
      ...(isSlid && { steps: steps.map(({ look }) => look), bottom: 150 }),
      phantom: points.some((point) => point.phantom),
      legend: samplers,
    },
  });
}

/** A point beside the variance of the baseline at the same place: by theory where there is one. */
interface Compared extends VariancePoint {
  of: number;
}

function relative(points: readonly VariancePoint[], baseline: string): Compared[] {
  return points.map((point) => {
    const base = points.find(({ sampler, x }) => sampler === baseline && x === point.x);
    const of = base?.theory ?? base?.observed;
    if (of !== undefined) return { ...point, of };
    throw new Problem(
      `variance curves: found no variance of "${baseline}" at ${point.x}, where "${point.sampler}" has one; measure it or name another baseline`,
    );
  });
}

/** Whose colour is whose: NS, SG and SAG keep theirs in figures that leave one of them out. */
const colorsOf = (samplers: readonly string[]) => [...new Set(["NS", "SG", "SAG", ...samplers])];

/** A line and dots in the colour of the sampler; one of them stands for both in the legend. */
function series(points: readonly Compared[], name: string, at: number, scale: "variance" | "ratio"): Trace[] {
  const own = points.filter(({ sampler }) => sampler === name).sort((a, b) => a.x - b.x);
  const scaled = (value: number, { of }: Compared) => (scale === "ratio" ? value / of : value);
  const color = colorOf(at);
  const common = { type: "scatter", name, legendgroup: name } as const;
  const theory = own.flatMap((point) =>
    point.theory === undefined ? [] : [{ x: point.x, y: scaled(point.theory, point) }],
  );
  const observed = own.flatMap((point) => {
    if (point.observed === undefined) return [];
    const { observed: y, interval: [low, high] = [y, y] } = point;
    return [{ x: point.x, y: scaled(y, point), up: scaled(high - y, point), down: scaled(y - low, point) }];
  });
  const line: Trace = {
    ...common,
    mode: "lines",
    x: theory.map(({ x }) => x),
    y: theory.map(({ y }) => y),
    line: { color, width: 2 },
    hovertemplate: "theory at %{x}: %{y:.3g}",
    showlegend: observed.length === 0,
  };
  const dots: Trace = {
    ...common,
    mode: "markers",
    x: observed.map(({ x }) => x),
    y: observed.map(({ y }) => y),
    marker: { color, size: 8, symbol: symbolOf(at), line: { color: grey.ink, width: 0.5 } },
    error_y: {
      type: "data",
      array: observed.map(({ up }) => up),
      arrayminus: observed.map(({ down }) => down),
      color,
      thickness: 1.5,
      width: 4,
    },
    hovertemplate: "observed at %{x}: %{y:.3g}",
  };
  return [line, dots].filter(({ x }) => x.length > 0);
}

/** What a trace covers of the vertical axis. */
const reach = ({ y, error_y }: Trace): number[] =>
  y.map(Number).flatMap((value, i) => [value - (error_y?.arrayminus?.[i] ?? 0), value + (error_y?.array[i] ?? 0)]);

/** What the other samplers have of the baseline's variance at the largest x, and how often the observations agree with theory. */
function finding(points: readonly Compared[], baseline: string, x: string): string {
  const last = Math.max(...points.map((point) => point.x));
  const there = points.filter((point) => point.x === last && point.sampler !== baseline);
  const parts = there.map(({ sampler, theory, observed = 0, of }) => `${sampler} ${short((theory ?? observed) / of)}`);
  const [what, symbol] = x.split(", ");
  const place = symbol ? `${symbol} = ${last}` : `${last} ${what}`;
  const tested = points.flatMap(({ theory, interval }) =>
    theory !== undefined && interval ? [{ theory, interval }] : [],
  );
  const held = tested.filter(({ theory, interval }) => interval[0] <= theory && theory <= interval[1]);
  const first =
    parts.length > 0
      ? `Variance at ${place} as a share of ${baseline}’s: ${parts.join(", ")}`
      : `${baseline} at ${place}: variance ${short(points[0].of)}`;
  return tested.length > 0 ? `${first}; theory lies in ${held.length} of ${tested.length} observed intervals` : first;
}
