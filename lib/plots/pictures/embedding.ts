import { Problem } from "../../problem.js";
import { percent } from "../../written.js";
import { compose } from "../render/compose.js";
import type { Axes, Figure, Trace } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { axisNumber } from "../render/places.js";
import { panelTitle } from "../render/sheet.js";
import { axis, grey, symbolOf } from "../render/theme.js";
import { classColor, type PanelClass } from "./regions.js";

/** Representations of pixels in a plane, as `principalComponents` gives them. */
export interface Embedded {
  /** "before training". */
  title: string;
  scores: ArrayLike<number>; // [n, 2], row by row
  /** Shares of the variance along the two axes. */
  explained: readonly [number, number];
  /** Class of each pixel. */
  label: ArrayLike<number>; // [n]
  phantom?: boolean;
}

/** Names and colours of the classes, and whether panels share their axes. */
export interface EmbeddingOptions extends Omit<Untitled, "height"> {
  /** By number, the background first. */
  classes: readonly PanelClass[];
  /** With "own", each panel is as wide as its points lie: for representations whose lengths cannot be compared. */
  axes?: "shared" | "own";
  panelPixels?: number;
}

/** Pixel representations as dots in the colours of their classes, a panel for each state of the network; a unit is as long along both axes. */
export function embedding(panels: readonly Embedded[], options: EmbeddingOptions): Figure {
  check(panels);
  const { classes, axes = "shared", panelPixels = 300, subtitle = "", ...look } = options;
  const reaches = panels.map(({ scores }) => 1.06 * Array.from(scores, Math.abs).reduce((a, b) => Math.max(a, b)));
  const found: Axes = {};
  panels.forEach(({ explained }, at) => {
    const reach = axes === "own" ? reaches[at] : Math.max(...reaches);
    const [first, second] = explained.map((share) => `principal component (${percent(share)} of the variance)`);
    const both = { range: [-reach, reach], zeroline: true, zerolinecolor: grey.line } as const;
    const [x, y] = [`x${axisNumber(at)}`, `y${axisNumber(at)}`];
    found[`xaxis${axisNumber(at)}`] = axis(`first ${first}`, { ...both, anchor: y });
    found[`yaxis${axisNumber(at)}`] = axis(`second ${second}`, {
      ...both,
      anchor: x,
    });
  });
  const shown = classes
    .map(({ name }, number) => ({
      name,
      number,
      color: number === 0 ? grey.line : classColor(classes[number], number),
    }))
    .filter(({ number }) => panels.some(({ label }) => Array.from(label).includes(number)));
  return compose({
    data: shown.flatMap((one) => panels.map((panel, at) => dots(panel, { ...one, at }))),
    layout: { ...found, annotations: panels.map((_, at) => panelTitle(at)) },
    fit: {
      title: finding(panels),
      ...look,
      subtitle: [subtitle, "dot: the representation of a pixel"].filter(Boolean).join("; "),
      phantom: panels.some((panel) => panel.phantom),
      legend: shown.map(({ name }) => name),
      grid: {
        columns: panels.length,
        gap: 90,
        most: 1.5 * panelPixels,
        beside: 0,
        panels: panels.map(({ title }) => ({ title, aspect: 1 })),
      },
    },
  });
}

function check(panels: readonly Embedded[]): void {
  if (panels.length === 0) throw new Problem("embedding: found no panels, expected at least one");
  for (const { title, scores, label } of panels) {
    finite(`embedding, ${title}`, scores);
    if (scores.length !== 2 * label.length)
      throw new Problem(
        `embedding, ${title}: found ${scores.length} scores for ${label.length} pixels, expected two for each; give the scores of the same pixels as the labels`,
      );
  }
}

interface Shown {
  name: string;
  number: number;
  color: string;
  at: number;
}

function dots({ scores, label }: Embedded, { name, number, color, at }: Shown): Trace {
  const own = Array.from(label, (_, i) => i).filter((i) => label[i] === number);
  const along = (axis: number) => own.map((i) => Number(scores[2 * i + axis].toPrecision(4)));
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: along(0),
    y: along(1),
    xaxis: `x${axisNumber(at)}`,
    yaxis: `y${axisNumber(at)}`,
    marker: { color, symbol: symbolOf(number), size: 6, opacity: 0.8, line: { color: grey.ink, width: 0.5 } },
    legendgroup: name,
    showlegend: at === 0,
    hoverinfo: "name",
  };
}

/** How much of the scatter in the plane is between the classes, in every panel. */
function finding(panels: readonly Embedded[]): string {
  const parts = panels.map((panel) => `${percent(between(panel))} ${panel.title}`);
  return `Share of the scatter between classes: ${parts.join(", ")}`;
}

function between({ scores, label }: Embedded): number {
  const groups = new Map<number, [n: number, x: number, y: number]>();
  for (let i = 0; i < label.length; i++) {
    const [n, x, y] = groups.get(label[i]) ?? [0, 0, 0];
    groups.set(label[i], [n + 1, x + scores[2 * i], y + scores[2 * i + 1]]);
  }
  const all = [...groups.values()].reduce(([n, x, y], one) => [n + one[0], x + one[1], y + one[2]]);
  const squares = (n: number, x: number, y: number) => (x * x + y * y) / n; // n times the squared length of the mean
  const total = Array.from(scores).reduce((sum, value) => sum + value * value, 0) - squares(...all);
  const explained = [...groups.values()].reduce((sum, group) => sum + squares(...group), 0) - squares(...all);
  return total > 0 ? explained / total : 0;
}
