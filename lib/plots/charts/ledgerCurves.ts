import { Problem } from "../../problem.js";
import { compose } from "../render/compose.js";
import type { Axes, Axis, Figure, Trace } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { axisNumber } from "../render/places.js";
import { panelTitle } from "../render/sheet.js";
import { axis, colorOf, grey, symbolOf } from "../render/theme.js";
import { domains } from "./domains.js";
import { short } from "./finding.js";
import { logAxis } from "./logAxis.js";

/** What the ledger says of one class at one step of training: variances of the three samplers, and what they follow from. */
export interface LedgerRow {
  /** Finished optimiser steps. */
  step: number;
  className: string;
  /** Whose variance it is: the loss of a query, or its gradient. */
  quantity: "loss" | "gradient";
  /** By the theorem, from the values at all eligible pixels. */
  ns: number;
  sg: number;
  sag: number;
  /** Over repeated draws. */
  observedNs?: number;
  observedSg?: number;
  observedSag?: number;
  /** Share of the variance that lies between groups, Σ w_m(μ_m − μ)² / σ². */
  between: number;
  /** Correlation of a pixel's value with its antithetic partner's. */
  rho: number;
  phantom?: boolean;
}

/** Which rows are drawn, and how the figure looks. */
export interface LedgerOptions extends Omit<Untitled, "height"> {
  quantity?: "loss" | "gradient";
  x?: string;
  y?: string;
}

const samplers = [
  { name: "NS", theory: "ns", observed: "observedNs" },
  { name: "SG", theory: "sg", observed: "observedSg" },
  { name: "SAG", theory: "sag", observed: "observedSag" },
] as const;

/**
 * The variance of each sampler over training, a column for each class: theory as lines, observations as dots; below it what decides
 * which sampler is best, the between-group share and the correlation ρ of antithetic pairs (Theorem 3.2, Lemma 3.1).
 */
export function ledgerCurves(
  rows: readonly LedgerRow[],
  {
    quantity = rows[0]?.quantity,
    x = "training (optimiser steps)",
    y = `variance of the ${quantity} (${quantity}²)`,
    subtitle = "",
    ...look
  }: LedgerOptions = {},
): Figure {
  const drawn = rows.filter((row) => row.quantity === quantity);
  if (drawn.length === 0)
    throw new Problem(`ledger curves: found no rows of the ${quantity} among ${rows.length}, expected at least one`);
  const variances = drawn.flatMap((row) => samplers.flatMap(({ theory, observed }) => [row[theory], row[observed]]));
  finite("ledger curves", [...variances, ...drawn.flatMap(({ step, between, rho }) => [step, between, rho])]);
  const classes = [...new Set(drawn.map(({ className }) => className))];
  const columns = domains(
    classes.map(() => 100),
    100 * 0.03 * classes.length, // a thirtieth of the whole width, give or take
  );
  const phantom = drawn.some((row) => row.phantom);
  return compose({
    data: classes.flatMap((name, column) =>
      series(
        drawn.filter(({ className }) => className === name).sort((a, b) => a.step - b.step),
        column,
      ),
    ),
    layout: {
      ...axesOf(columns.domains, { x, y, steps: drawn.map(({ step }) => step), variances: variances.filter(isKnown) }),
      annotations: classes.map((name, column) => panelTitle(3 * column + 2, name)),
    },
    fit: {
      title: finding(drawn),
      ...look,
      subtitle: [
        subtitle,
        "line: theory, dot: observed over repeated draws; title: geometric means over classes and steps",
      ]
        .filter(Boolean)
        .join("; "),
      height: layers.length + head,
      phantom,
      left,
      legend: samplers.map(({ name }) => name),
      least: Math.max(420, left + 110 * classes.length),
    },
  });
}

const left = 84;
const head = 22; // pixels for the name of a class
/** ρ, between-group share and variances, from below. */
const layers = domains([84, 84, 210], 24);

const isKnown = (value: number | undefined): value is number => value !== undefined;

interface Shown {
  x: string;
  y: string;
  steps: readonly number[];
  variances: readonly number[];
}

/** Three axes above each other in every column; columns share what they mean with the first one. */
function axesOf(columns: readonly [number, number][], { x, y, steps, variances }: Shown): Axes {
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const margin = 0.05 * (last - first || 1);
  const range = [first - margin, last + margin] as const;
  const kinds: readonly Axis[] = [
    axis("ρ of pairs (−1 to 1)", {
      range: [-1.08, 1.08],
      tickvals: [-1, 0, 1],
      zeroline: true,
      zerolinecolor: grey.line,
    }),
    axis("between groups (share, 0 to 1)", { range: [-0.04, 1.04], tickvals: [0, 0.5, 1] }),
    logAxis(y, variances),
  ];
  const found: Axes = {};
  columns.forEach((domain, column) => {
    kinds.forEach((kind, layer) => {
      const at = axisNumber(3 * column + layer);
      const within = layers.domains[layer].map((share) => (share * layers.length) / (layers.length + head));
      found[`xaxis${at}`] = {
        ...axis(layer === 0 ? x : "", { domain, range, anchor: `y${at}`, showticklabels: layer === 0 }),
        ...(at !== "" && { matches: "x" }),
      };
      found[`yaxis${at}`] = {
        ...kind,
        domain: [within[0], within[1]],
        anchor: `x${at}`,
        ...(column > 0 && { title: { text: "" }, showticklabels: false, matches: `y${axisNumber(layer)}` }),
      };
    });
  });
  return found;
}

/** The traces of one class. */
function series(rows: readonly LedgerRow[], column: number): Trace[] {
  const steps = rows.map(({ step }) => step);
  const mode = rows.length > 30 ? "lines" : "lines+markers";
  const on = (layer: number) => {
    const at = axisNumber(3 * column + layer);
    return { type: "scatter", x: steps, xaxis: `x${at}`, yaxis: `y${at}` } as const;
  };
  const variances = samplers.flatMap(({ name, theory, observed }, at): Trace[] => {
    const seen = rows.map((row) => ({ step: row.step, value: row[observed] })).filter(({ value }) => isKnown(value));
    const own = { ...on(2), name, legendgroup: name };
    const color = colorOf(at);
    const line: Trace = {
      ...own,
      mode: "lines",
      y: rows.map((row) => rounded(row[theory])),
      line: { color, width: 2 },
      hovertemplate: "theory, step %{x}: %{y:.3g}",
      showlegend: column === 0,
    };
    const dots: Trace = {
      ...own,
      mode: "markers",
      x: seen.map(({ step }) => step),
      y: seen.map(({ value = 0 }) => rounded(value)),
      marker: { color, size: 6, symbol: symbolOf(at), line: { color: grey.ink, width: 0.5 } },
      hovertemplate: "observed, step %{x}: %{y:.3g}",
      showlegend: false,
    };
    return seen.length > 0 ? [line, dots] : [line];
  });
  const reason = (layer: number, name: string, values: readonly number[]): Trace => ({
    ...on(layer),
    mode,
    name,
    y: values.map(rounded),
    line: { color: grey.ink, width: 2 },
    marker: { color: grey.ink, size: 4 },
    hovertemplate: "step %{x}: %{y:.3f}",
    showlegend: false,
  });
  return [
    ...variances,
    reason(
      1,
      "between-group share",
      rows.map(({ between }) => between),
    ),
    reason(
      0,
      "correlation of antithetic pairs",
      rows.map(({ rho }) => rho),
    ),
  ];
}

const rounded = (value: number) => Number(value.toPrecision(4));

/** What SG and SAG leave of the naive variance, as the geometric mean over classes and steps. */
function finding(rows: readonly LedgerRow[]): string {
  const left = (of: "sg" | "sag") =>
    short(Math.exp(rows.reduce((sum, row) => sum + Math.log(row[of] / row.ns), 0) / rows.length));
  return `Over training, SG has ${left("sg")} and SAG ${left("sag")} of the variance of NS`;
}
