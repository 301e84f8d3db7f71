import { Problem } from "../../problem.js";
import { holm } from "../../statistics/correction.js";
import { decision, fewestPairs } from "../../statistics/decision.js";
import { ofDifferences } from "../../statistics/paired.js";
import type { Figure } from "../render/figure.js";
import { axis, colorOf, grey } from "../render/theme.js";
import { dotRows, type Result, type SpreadOptions } from "./spread.js";

/** One difference: an arm minus the arm it is compared with, for one seed. */
export interface Difference extends Result {
  against: string;
}

/**
 * Where every arm has its own partner: a row for each comparison, a dot per pair, the mean and its 95 % interval. Rows with the same partner have the same colour.
 * Throws a Problem where there is nothing to compare.
 */
export function pairedDifferences(
  differences: readonly Difference[],
  { x, subtitle = "", ...look }: SpreadOptions,
): Figure {
  if (differences.length === 0)
    throw new Problem(
      "paired differences: found none, expected at least one; train an arm and its partner with the same seed",
    );
  const [{ of = "seed" }] = differences;
  const partners = [...new Set(differences.map(({ against }) => against))];
  const comparisons = new Map<string, Difference[]>(); // an arm may be compared with several others
  for (const one of differences) {
    const name = `${one.arm} − ${one.against}`;
    comparisons.set(name, [...(comparisons.get(name) ?? []), one]);
  }
  const rows = [...comparisons.values()].map((own) => {
    return {
      name: own[0].arm,
      note: `− ${own[0].against}`,
      color: colorOf(partners.indexOf(own[0].against)),
      values: own.map(({ value }) => value),
      labels: own.map(({ seed }) => `${of} ${seed}`),
    };
  });
  const drawn = `each row minus its partner, on the same ${of}; dot: one ${of}, diamond: mean, line: 95 % interval`;
  return dotRows(rows, {
    title: finding(
      rows.map(({ values }) => values),
      of,
    ),
    ...look,
    x: axis(x, { zeroline: true, zerolinecolor: grey.ink, zerolinewidth: 2, rangemode: "tozero" }),
    subtitle: [subtitle, drawn].filter(Boolean).join("; "),
    phantom: differences.some(({ phantom }) => phantom),
  });
}

function finding(rows: readonly (readonly number[])[], of: string): string {
  const pairs = rows.map((values) => ofDifferences(values));
  const corrected = holm(pairs.map(({ tTest }) => tTest ?? 1));
  const found = pairs.map((one, at) => decision(one, corrected[at]));
  const known = found.filter((one) => one !== "too few").length;
  if (known === 0) return `Fewer than ${fewestPairs} ${of}s: whether a difference is noise is not known`;
  const clear = found.filter((one) => one === "decided").length;
  return `${clear} of ${known} differences ${clear === 1 ? "is" : "are"} larger than the noise of the ${of}s${known > 1 ? " (Holm)" : ""}`;
}
