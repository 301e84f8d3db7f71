import { bars } from "../plots/charts/bars.js";
import { curves } from "../plots/charts/curves.js";
import type { Figure } from "../plots/render/figure.js";
import type { Untitled } from "../plots/render/fit.js";
import { Problem } from "../problem.js";
import { type OverlayChoice, testOverlays, testVolumes } from "../reports/pictures.js";
import { replicates } from "../reports/rows.js";
import { observations } from "../statistics/replicates.js";
import { summary } from "../statistics/summary.js";
import type { ResultRow, TableResult } from "./result.js";
import { settingInWords } from "./words.js";

/** The rows that have results; all, or those of the given titles in their order. Throws a Problem where there are none. */
function withResults({ rows }: TableResult, titles?: readonly string[]): ResultRow[] {
  const known = rows.filter(({ runs }) => runs.length > 0);
  const found = titles ? titles.flatMap((title) => known.filter((row) => row.title === title)) : known;
  if (found.length > 0) return found;
  const which = titles ? `of ${titles.join(", ")}` : "of any row";
  throw new Problem(
    `table: found no finished training ${which}; train some first, those with results are: ${known.map(({ title }) => title).join(" · ") || "none"}`,
  );
}

/** Dice (of photographs IoU) of every class for each row of a table, means over its trainings, with intervals where there are several. */
export function classBars(
  result: TableResult,
  { only, ...look }: { only?: readonly string[] } & Untitled = {},
): Figure {
  const rows = withResults(result, only);
  const values = rows.flatMap(({ title, runs }) =>
    runs[0].metrics.perClass.map(({ name }, at) => {
      const own = runs.map(({ seed, metrics }) => ({
        ...{ draw: metrics.labeledSeed, seed },
        value: result.data.measure === "mIoU" ? metrics.perClass[at].jaccard : metrics.perClass[at].dice,
      }));
      const { mean, interval } = summary(observations(own).values.map(({ value }) => value));
      const phantom = runs.some(({ metrics }) => metrics.phantom);
      return { group: name, series: title, value: mean, ...(interval && { interval }), phantom };
    }),
  );
  const best = rows.reduce((first, row) => (row.score.mean > first.score.mean ? row : first));
  return bars(values, {
    title: `${result.data.measure === "mIoU" ? "IoU" : "Dice"} by class; highest mean: ${best.title}`,
    subtitle: settingInWords(result),
    x: "class",
    y: `${result.data.measure === "mIoU" ? "IoU" : "Dice"} on the test cases (0 to 1)`,
    ...look,
  });
}

/** Dice (of photographs mIoU) against the number of labelled cases, a line for each row, out of the same table for several numbers of labels. */
export function labelsAgainstDice(
  results: readonly TableResult[],
  { only, ...look }: { only?: readonly string[] } & Untitled = {},
): Figure {
  const points = results.flatMap((result) =>
    withResults(result, only).flatMap((row) =>
      observations(replicates(row)).values.map(({ number, value }) => ({
        ...{ arm: row.title, seed: number, step: result.labeled, value },
        phantom: result.data.phantom,
      })),
    ),
  );
  const { benchmark, preset, protocol } = results[0];
  return curves(points, {
    subtitle: `${benchmark}, preset ${preset}, protocol ${protocol}`,
    x: "labelled cases",
    y: `${results[0].data.measure} on the test cases (0 to 1)`,
    ...look,
  });
}

/** The middle test case of a row, by Dice of its first training, with the predicted mask and with the true one. */
export const tableVolumes = (result: TableResult, title: string): ReturnType<typeof testVolumes> =>
  testVolumes(withResults(result, [title])[0]);

/** Predictions of some rows over the truth: a row per test case, a column per row of the table, each by its first training. */
export const tableOverlays = (
  result: TableResult,
  { only, ...look }: OverlayChoice & { only?: readonly string[] } = {},
): Promise<Figure> => testOverlays(withResults(result, only), { subtitle: settingInWords(result), ...look });
