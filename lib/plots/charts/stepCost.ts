import { fixed, percent, significant } from "../../written.js";
import { compose } from "../render/compose.js";
import type { Figure } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { axis, colorOf } from "../render/theme.js";

/** How long a part of a training step takes. */
export interface PartCost {
  /** "student forward". */
  part: string;
  milliseconds: number;
  /** What is measured: a method, a machine. */
  arm?: string;
  phantom?: boolean;
}

/** Bars for the parts of a training step, in the order given from above, with milliseconds and share; a colour for each arm. */
export function stepCost(costs: readonly PartCost[], { subtitle = "", ...look }: Untitled = {}): Figure {
  finite(
    "step cost",
    costs.map(({ milliseconds }) => milliseconds),
  );
  const parts = [...new Set(costs.map(({ part }) => part))];
  const arms = [...new Set(costs.map(({ arm = "" }) => arm))];
  const totals = arms
    .map((name) => ({ name, own: costs.filter(({ arm = "" }) => arm === name) }))
    .map(({ name, own }) => ({ name, own, total: own.reduce((sum, { milliseconds }) => sum + milliseconds, 0) }));
  const names = totals.map(({ name, total }) => `${name}: ${words(total)}`);
  return compose({
    data: totals.map(({ own, total }, at) => ({
      type: "bar",
      orientation: "h",
      name: names[at],
      x: own.map(({ milliseconds }) => Number(milliseconds.toPrecision(4))),
      y: own.map(({ part }) => part),
      text: own.map(({ milliseconds }) => `${words(milliseconds)} (${percent(milliseconds / total)})`),
      textposition: "outside",
      cliponaxis: false,
      marker: { color: colorOf(at) },
      hovertemplate: `%{y}: %{text}${arms.length > 1 ? "" : "<extra></extra>"}`,
      showlegend: arms.length > 1,
    })),
    layout: {
      xaxis: axis("time in a training step (ms)", { rangemode: "tozero" }),
      yaxis: axis("", {
        type: "category",
        autorange: "reversed",
        showgrid: false,
        ticks: "",
        ticklabelstandoff: 6,
      }),
      bargap: 0.25,
    },
    fit: {
      title: finding(totals),
      height: 30 + parts.length * (14 + 18 * arms.length),
      ...look,
      subtitle,
      phantom: costs.some(({ phantom }) => phantom),
      right: 120, // what a bar says stands beside it
      legend: arms.length > 1 ? names : [],
      rows: parts.map((part) => [part]),
    },
  });
}

const words = (milliseconds: number) =>
  `${milliseconds >= 10 || milliseconds === 0 ? fixed(milliseconds, 0) : significant(milliseconds, 2)} ms`;

/** How long a step takes, and, where there is one arm, what most of it is spent on. */
function finding(arms: readonly { name: string; own: readonly PartCost[]; total: number }[]): string {
  if (arms.length > 1)
    return `A step takes ${arms.map(({ name, total }) => `${words(total)} with ${name}`).join(", ")}`;
  const [{ own, total }] = arms;
  const { part, milliseconds } = own.reduce((a, b) => (b.milliseconds > a.milliseconds ? b : a));
  return `A training step takes ${words(total)}, ${percent(milliseconds / total)} of it for ${part}`;
}
