import { Problem } from "../../problem.js";
import { compose } from "../render/compose.js";
import type { Axis, Figure, Trace } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { axisNumber } from "../render/places.js";
import { axis, colorOf, grey } from "../render/theme.js";
import { domains } from "./domains.js";
import { short } from "./finding.js";
import { logAxis } from "./logAxis.js";

/** What one training reached with a weight. */
export interface Dose {
  weight: number;
  seed: number;
  dice: number;
  /** Left out where no surface distance is defined. */
  asd?: number;
  phantom?: boolean;
}

/** What the weight is of, and what is measured, with units. */
export interface DoseOptions extends Untitled {
  /** "weight of the contrastive loss, λ₁ (no unit)". */
  x: string;
  /** The weight that is used elsewhere. */
  standard?: number;
  dice?: string;
  asd?: string;
}

/** Dice, and surface distance where it is given, against the weight of a loss, which is on a logarithmic axis: a dot for each seed, a line through the means (paper, Figure 20). */
export function doseResponse(doses: readonly Dose[], options: DoseOptions): Figure {
  finite(
    "dose response",
    doses.flatMap(({ weight, dice, asd }) => [weight, dice, asd]),
  );
  const {
    x,
    standard,
    dice = "Dice (0 to 1)",
    asd = "average surface distance (voxels)",
    subtitle = "",
    ...look
  } = options;
  const weights = [...new Set(doses.map(({ weight }) => weight))].sort((a, b) => a - b);
  if (standard !== undefined && !weights.includes(standard))
    throw new Problem(
      `dose response: found no run with the default weight ${standard} among ${weights.join(", ")}; run it or leave it out`,
    );
  const scale = logAxis(x, weights, { ticks: weights });
  const dose: Axis = { ...scale, ticktext: staggered(weights, scale.ticktext), tickangle: 0, tickfont: { size: 11 } };
  const drawn = ["dot: one seed, line: mean of the seeds", ...(standard === undefined ? [] : ["dashed: the default"])];
  const measures = [
    { name: "Dice", values: doses.map(({ weight, seed, dice }) => ({ weight, seed, value: dice })) },
    {
      name: "surface distance",
      values: doses.flatMap(({ weight, seed, asd }) => (asd === undefined ? [] : [{ weight, seed, value: asd }])),
    },
  ];
  const shown = measures.filter(({ values }) => values.length > 0);
  const {
    domains: [left, right],
  } = domains(
    shown.map(() => 300),
    90,
  );
  return compose({
    data: shown.flatMap(({ name, values }, at) => traces(name, values, at)),
    layout: {
      xaxis: { ...dose, domain: left, anchor: "y" },
      yaxis: axis(dice, { anchor: "x" }),
      ...(shown.length > 1 && {
        xaxis2: { ...dose, domain: right, anchor: "y2" },
        yaxis2: axis(asd, { anchor: "x2" }),
      }),
      shapes:
        standard === undefined
          ? []
          : [...shown.keys()].map((at) => ({
              type: "line",
              xref: `x${axisNumber(at)}`,
              yref: `y${axisNumber(at)} domain`,
              x0: standard,
              x1: standard,
              y0: 0,
              y1: 1,
              line: { color: grey.soft, width: 1.5, dash: "dash" },
              layer: "below",
            })),
    },
    fit: {
      title: finding(meansOf(measures[0].values), standard),
      ...look,
      subtitle: [subtitle, ...drawn].filter(Boolean).join("; "),
      phantom: doses.some(({ phantom }) => phantom),
      ...(shown.length > 1 && { least: 640 }), // below, the words between the two would meet
    },
  });
}

/** Names of ticks on a logarithmic axis, those that would touch the one before them a line lower. */
function staggered(ticks: readonly number[], names: readonly string[] = []): string[] {
  const decades = Math.log10(ticks[ticks.length - 1] / ticks[0]);
  let isLow = false;
  return names.map((name, at) => {
    isLow = at > 0 && !isLow && Math.log10(ticks[at] / ticks[at - 1]) < 0.16 * decades;
    return isLow ? `<br>${name}` : name;
  });
}

interface Measured {
  weight: number;
  seed: number;
  value: number;
}

/** Mean over the seeds of every weight, by weight. */
const meansOf = (values: readonly Measured[]) =>
  [...new Set(values.map(({ weight }) => weight))]
    .sort((a, b) => a - b)
    .map((weight) => {
      const own = values.filter((one) => one.weight === weight);
      return { weight, value: own.reduce((sum, { value }) => sum + value, 0) / own.length };
    });

function traces(name: string, values: readonly Measured[], at: number): Trace[] {
  const color = colorOf(0);
  const place = {
    type: "scatter",
    xaxis: `x${axisNumber(at)}`,
    yaxis: `y${axisNumber(at)}`,
    showlegend: false,
  } as const;
  const means = meansOf(values);
  return [
    {
      ...place,
      mode: "lines",
      name: `${name}: mean`,
      x: means.map(({ weight }) => weight),
      y: means.map(({ value }) => value),
      line: { color, width: 2 },
      hovertemplate: "mean at %{x}: %{y:.4f}",
    },
    {
      ...place,
      mode: "markers",
      name: `${name}: seeds`,
      x: values.map(({ weight }) => weight),
      y: values.map(({ value }) => value),
      text: values.map(({ seed }) => `seed ${seed}`),
      marker: { color, size: 7, opacity: 0.75 },
      hovertemplate: "%{text}, %{x}: %{y:.4f}",
    },
  ];
}

/** With which weights the mean Dice is highest and lowest, and where the default stands. */
function finding(means: readonly { weight: number; value: number }[], standard: number | undefined): string {
  const sorted = [...means].sort((a, b) => b.value - a.value);
  const [best, worst] = [sorted[0], sorted[sorted.length - 1]];
  const words = ({ weight, value }: typeof best) => `${weight} (${short(value)})`;
  const own = means.find(({ weight }) => weight === standard);
  const place = own === best ? ", the default," : "";
  const rest = own && own !== best && own !== worst ? `; the default ${words(own)} lies between` : "";
  return `Dice is highest at ${words(best)}${place} and lowest at ${words(worst)}${own === worst ? ", the default" : ""}${rest}`;
}
