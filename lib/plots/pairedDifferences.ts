import { summary } from "../statistics/summary.js";
import type { Figure } from "./figure.js";
import { dotRows, type Result, type SpreadOptions } from "./spread.js";
import { axis, colorOf, grey } from "./theme.js";

/** One difference: an arm minus the arm it is compared with, for one seed. */
export interface Difference extends Result {
  against: string;
}

/** Where every arm has its own partner: a row for each comparison, a dot per seed, the mean and its 95 % interval. Rows with the same partner have the same colour. */
export function pairedDifferences(
  differences: readonly Difference[],
  { x, subtitle = "", ...look }: SpreadOptions,
): Figure {
  const partners = [...new Set(differences.map(({ against }) => against))];
  const rows = [...new Set(differences.map(({ arm }) => arm))].map((arm) => {
    const own = differences.filter((one) => one.arm === arm);
    return {
      name: arm,
      against: own[0].against,
      color: colorOf(partners.indexOf(own[0].against)),
      values: own.map(({ value }) => value),
      labels: own.map(({ seed }) => `seed ${seed}`),
    };
  });
  const drawn = "each row minus its partner with the same seed; dot: one seed, diamond: mean, line: 95 % interval";
  const figure = dotRows(rows, {
    title: finding(rows.map(({ values }) => values)),
    ...look,
    x: axis(x, { zeroline: true, zerolinecolor: grey.ink, zerolinewidth: 2, rangemode: "tozero" }),
    subtitle: [subtitle, drawn].filter(Boolean).join("; "),
    phantom: differences.some(({ phantom }) => phantom),
  });
  const { layout } = figure;
  const ticktext = rows.map(({ name, against }) => `${name}<br><span style="color:${grey.soft}">− ${against}</span>`);
  const longest = Math.max(...rows.flatMap(({ name, against }) => [name.length, against.length + 2]));
  return {
    ...figure,
    layout: {
      ...layout,
      margin: { ...layout.margin, l: 30 + 7 * longest },
      yaxis: { ...layout.yaxis, ticktext },
    },
  };
}

function finding(rows: readonly (readonly number[])[]): string {
  const intervals = rows.flatMap((values) => summary(values).interval ?? []);
  const known = intervals.length / 2;
  if (known === 0) return "One pair of seeds: whether a difference is noise is not known";
  const clear = rows.filter((values) => {
    const { interval: [low, high] = [0, 0] } = summary(values);
    return low > 0 || high < 0;
  }).length;
  return `${clear} of ${known} differences ${clear === 1 ? "is" : "are"} larger than the noise of the seeds, each taken alone`;
}
