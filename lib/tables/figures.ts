import { bars } from "../plots/charts/bars.js";
import { fromTo, short } from "../plots/charts/finding.js";
import type { Level } from "../plots/charts/level.js";
import { namedCurves } from "../plots/charts/namedCurves.js";
import { spread } from "../plots/charts/spread.js";
import type { Figure } from "../plots/render/figure.js";
import type { Untitled } from "../plots/render/fit.js";
import { Problem } from "../problem.js";
import { type OverlayChoice, testOverlays, testVolumes } from "../reports/pictures.js";
import { testDice } from "../reports/rows.js";
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

/** Whether a row was trained with other labelled cases than the table has: with all of them. */
const isFull = ({ runs }: ResultRow, { labeled }: TableResult): boolean =>
  runs.some(({ metrics }) => metrics.labeled !== labeled);

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
  const best = [...rows].sort((a, b) => b.score.mean - a.score.mean).find((row) => !isFull(row, result));
  const measure = result.data.measure === "mIoU" ? "IoU" : "Dice";
  const whiskers = values.some(({ interval }) => interval) ? "; whisker: 95 % interval of the mean" : "";
  return bars(values, {
    title: `${measure} by class${best ? `; highest mean with ${result.labeled} labelled: ${best.title}` : ""}`,
    subtitle: `${settingInWords(result)}; mean over the trainings${whiskers}; the highest mean over the classes on top`,
    x: `${measure} (0 to 1)`,
    ...look,
  });
}

/**
 * Dice (of photographs mIoU) against the number of labelled cases, a line for each row, out of the same table for several numbers of labels; rows with results for one of them alone make no line and are
 * left out, as the subtitle says. Where one number alone has results, dots for each row.
 * A row with all cases labelled is one training whatever the number: the level that the others are seen against. Throws a Problem where no other row has results.
 */
export function labelsAgainstDice(
  results: readonly TableResult[],
  { only, ...look }: { only?: readonly string[] } & Untitled = {},
): Figure {
  if (results.length === 0)
    throw new Problem("labels against Dice: found no table, expected the same one for each number of labelled cases");
  const few = results.map((result) => ({
    ...result,
    rows: result.rows.filter((row) => !isFull(row, result) && (only ?? [row.title]).includes(row.title)),
  }));
  const counted = few.filter(({ rows }) => rows.some(({ runs }) => runs.length > 0));
  const titles = new Set(counted.flatMap((result) => withResults(result).map(({ title }) => title)));
  const several = [...titles].filter((title) => counted.filter((result) => has(result, title)).length > 1);
  const lines = several.length > 0 ? several : [...titles];
  const left = titles.size - lines.length;
  const found = counted.filter((result) => lines.some((title) => has(result, title)));
  const most = found.reduce((one, other) => (other.labeled > one.labeled ? other : one), found[0] ?? few[0]);
  const shown = found.length > 0 ? lines.filter((title) => has(most, title)) : only;
  const ends = withResults(most, shown).map(({ title, score }) => ({ name: title, value: score.mean }));
  const { benchmark, preset, protocol, data, labeled } = most;
  const levels = levelsIn(results);
  const said = {
    title: `${fromTo(ends)} with ${labeled} labelled cases${found.length > 1 ? ", the most" : ""}`,
    subtitle: `${benchmark}, preset ${preset}, protocol ${protocol}${left > 0 ? `; rows with one number of labels alone left out: ${left}` : ""}`,
    ...look,
  };
  const measured = `${data.measure} on the test cases (0 to 1)`;
  if (found.length === 1) {
    const rows = withResults(most, shown).sort((a, b) => b.score.mean - a.score.mean);
    return spread(testDice(rows), { height: 40 + 30 * rows.length, ...said, x: measured, level: levels[0] });
  }
  const points = lines.flatMap((title) =>
    found
      .filter((result) => has(result, title))
      .flatMap((result) => testDice(withResults(result, [title])).map((point) => ({ ...point, step: result.labeled }))),
  );
  return namedCurves(points, { ...said, x: "labelled cases", y: measured, levels });
}

const has = ({ rows }: TableResult, title: string) => rows.some((row) => row.title === title && row.runs.length > 0);

/** What full supervision reaches; nothing where it was not trained. */
function levelsIn(results: readonly TableResult[]): Level[] {
  const full = results.flatMap((result) => result.rows.find((row) => isFull(row, result)) ?? []);
  return full.slice(0, 1).map(({ title, score: { mean }, runs: [{ metrics }] }) => ({
    name: `${title}, all ${metrics.labeled} labelled: ${short(mean)}`,
    value: mean,
  }));
}

/** The middle test case of a row, by Dice of its first training, with the predicted mask and with the true one. */
export const tableVolumes = (result: TableResult, title: string): ReturnType<typeof testVolumes> =>
  testVolumes(withResults(result, [title])[0]);

/** Test images, their truth, and the predictions of every row that has results, or of those of the given titles that have, each by its first training. */
export const tableOverlays = (
  result: TableResult,
  { only, ...look }: OverlayChoice & { only?: readonly string[] } = {},
): Promise<Figure> =>
  testOverlays(withResults(result, only), { subtitle: settingInWords(result), isFlat: true, ...look });
