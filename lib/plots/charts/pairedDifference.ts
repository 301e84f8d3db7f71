import { Problem } from "../../problem.js";
import { ofDifferences } from "../../statistics/paired.js";
import type { Figure } from "../render/figure.js";
import { axis, colorOf, grey } from "../render/theme.js";
import { clear } from "./finding.js";
import { dotRows, type Result, type SpreadOptions } from "./spread.js";

/** Whose differences are drawn, and how. */
export interface PairedOptions extends SpreadOptions {
  /** The arm that the others are compared with. */
  baseline: string;
}

/**
 * A row for each arm beside the baseline: the difference between the two with the same seed, a dot per seed, their mean and its 95 % interval.
 * A row whose interval holds 0 shows no difference. Throws a Problem where a seed has no partner.
 */
export function pairedDifference(
  results: readonly Result[],
  { baseline, x, subtitle = "", ...look }: PairedOptions,
): Figure {
  const arms = [...new Set(results.map(({ arm }) => arm))];
  const base = results.filter(({ arm }) => arm === baseline);
  if (base.length === 0)
    throw new Problem(`paired difference: found no results of "${baseline}", expected one of ${arms.join(", ")}`);
  const [{ of = "seed" } = {}] = results;
  const rows = arms.flatMap((arm, at) => {
    if (arm === baseline) return [];
    const found = results
      .filter((result) => result.arm === arm)
      .map((result) => ({ ...result, partner: base.find(({ seed }) => seed === result.seed) }));
    const values = found.map(({ partner, seed, value }) => {
      if (partner) return value - partner.value;
      throw new Problem(
        `paired difference: "${arm}" has seed ${seed}, "${baseline}" has not; run the missing seed or leave this one out`,
      );
    });
    return [{ name: arm, color: colorOf(at), values, labels: found.map(({ seed }) => `${of} ${seed}`) }];
  });
  const drawn = `each ${of} against "${baseline}" with the same ${of}; dot: one ${of}, diamond: mean, line: 95 % interval`;
  const phantom = results.some((result) => result.phantom);
  const zero = { zeroline: true, zerolinecolor: grey.ink, zerolinewidth: 2, rangemode: "tozero" } as const;
  const title = clear(
    rows.map(({ name, values }) => ({
      name,
      difference: ofDifferences(values),
    })),
    baseline,
  );
  return dotRows(rows, {
    title,
    ...look,
    x: axis(x, zero),
    subtitle: [subtitle, drawn].filter(Boolean).join("; "),
    phantom,
  });
}
