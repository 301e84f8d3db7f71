import { stream } from "../engine/random.js";
import { replicates, scoreByPatient } from "../reports/rows.js";
import { bootstrap } from "../statistics/bootstrap.js";
import { holm } from "../statistics/correction.js";
import { decision, fewestPairs } from "../statistics/decision.js";
import { ofDifferences } from "../statistics/paired.js";
import { rankCorrelation } from "../statistics/ranks.js";
import { differences, observations } from "../statistics/replicates.js";
import { fixed, range } from "../written.js";
import { printedScore } from "./comparison.js";
import type { ResultRow, TableResult } from "./result.js";

/** A row in the order of the mean score, with the places that it may have. */
export interface RankedRow {
  title: string;
  score: number;
  rank: number;
  /** One more than the number of rows that are decidedly better, and the number of rows less those that are decidedly worse. */
  from: number;
  to: number;
  /** Its place among the same rows as they are printed; equal scores share one. */
  published?: number;
}

/** The rows with results, best first, and how far that order can be believed. */
export interface Ranking {
  rows: RankedRow[];
  /** What the comparisons are over: seeds, draws of the labelled cases, or where those are too few, the test patients (of the trainings as they are). */
  of: "seeds" | "draws" | "test patients";
  /** How many of them, and how many comparisons Holm's correction is for. */
  n: number;
  comparisons: number;
  /** Spearman's correlation with the printed order, over how many rows, and its interval by a bootstrap over rows and `of`; of few rows none. */
  correlation?: { rho: number; rows: number; interval?: readonly [number, number] };
}

/** Values of each row that are paired by their place. */
interface Measured {
  row: ResultRow;
  values: readonly number[];
}

/** Ranks the rows of a table by their score; every pair of rows is compared, all p values corrected together (Holm). Undefined for fewer than three rows with results, and for photographs with few
 * trainings, as their mIoU is that of all together. */
export function ranking({ rows: all, draws, shared, data }: TableResult): Ranking | undefined {
  const twins = new Set(shared.flatMap((titles) => titles.slice(1))); // one training has one place
  const rows = all.filter(({ runs, title }) => runs.length > 0 && !twins.has(title));
  if (rows.length < 3) return undefined;
  const trainings = overTrainings(rows);
  const isEnough = trainings.length === rows.length && trainings[0].values.length >= fewestPairs;
  if (!isEnough && data.measure === "mIoU") return undefined;
  const measured = isEnough ? trainings : rows.map((row) => ({ row, values: scoreByPatient(row.runs) }));
  const n = Math.min(...measured.map(({ values }) => values.length));
  const better = decidedlyBetter(measured, n);
  const ordered = [...measured].sort((a, b) => b.row.score.mean - a.row.score.mean);
  const printed = ordered.filter(({ row }) => printedOf(row) !== undefined);
  const place = (score: number) => 1 + printed.filter(({ row }) => (printedOf(row) ?? 0) > score).length;
  return {
    rows: ordered.map(({ row }, at) => {
      const score = printedOf(row);
      return {
        title: row.title,
        score: row.score.mean,
        rank: at + 1,
        from: 1 + better.filter(([, worse]) => worse === row).length,
        to: ordered.length - better.filter(([best]) => best === row).length,
        ...(score !== undefined && { published: place(score) }),
      };
    }),
    of: isEnough ? (draws.length > 1 ? "draws" : "seeds") : "test patients",
    n,
    comparisons: (rows.length * (rows.length - 1)) / 2,
    ...(printed.length > 3 && { correlation: correlationOf(printed, n) }),
  };
}

const printedOf = ({ published }: ResultRow) => printedScore(published);

/** The independent observations of each row, where it shares all of them with the first. */
function overTrainings(rows: readonly ResultRow[]): Measured[] {
  const first = replicates(rows[0]);
  return rows.flatMap((row) => {
    const own = replicates(row);
    const isPaired = own.length === first.length && differences(first, own).length === first.length;
    return isPaired ? [{ row, values: observations(own).values.map(({ value }) => value) }] : [];
  });
}

/** Pairs of rows, the better one first, whose difference is decided. */
function decidedlyBetter(measured: readonly Measured[], n: number): (readonly [ResultRow, ResultRow])[] {
  const pairs = measured.flatMap((first, at) =>
    measured.slice(at + 1).map((second) => ({
      rows: [first.row, second.row] as const,
      pairs: ofDifferences(Array.from({ length: n }, (_, i) => second.values[i] - first.values[i])),
    })),
  );
  const corrected = holm(pairs.map(({ pairs: { tTest } }) => tTest ?? 1));
  return pairs.flatMap(({ rows: [first, second], pairs: found }, at) => {
    if (decision(found, corrected[at]) !== "decided") return [];
    return [found.difference.mean > 0 ? ([second, first] as const) : ([first, second] as const)];
  });
}

/** Fewer rows have no interval: a handful of them drawn with replacement are mostly the same ones. */
const fewestRows = 10;

/** Both the rows, which stand for the methods that might be compared, and what they are measured over are drawn with replacement. */
function correlationOf(measured: readonly Measured[], n: number): Ranking["correlation"] {
  const rhoOver = (rows: readonly Measured[], places: readonly number[]) =>
    rankCorrelation(
      rows.map(({ values }) => places.reduce((sum, at) => sum + values[at], 0)),
      rows.map(({ row }) => printedOf(row) ?? 0),
    );
  const rng = stream(0, "ranking");
  const drawn = (count: number) => Array.from({ length: count }, () => rng.integer(0, count));
  const all = Array.from({ length: n }, (_, at) => at);
  const found = { rho: rhoOver(measured, all), rows: measured.length };
  if (measured.length < fewestRows) return found;
  const places = measured.map((_, at) => at);
  const resampled = (rows: Float64Array) =>
    rhoOver(
      Array.from(rows, (at) => measured[at]),
      drawn(n),
    );
  return { ...found, interval: bootstrap(places, rng, { statistic: resampled, resamples: 2000 }) };
}

/** How far the order can be believed, a sentence each. */
export function rankingWords({ of, n, comparisons, correlation }: Ranking): string[] {
  const about =
    of === "test patients" ? " These are differences of the trainings as they are: other seeds may turn them." : "";
  return [
    `Places: from one more than the number of rows that are decidedly better to the last but those that are decidedly worse; ${comparisons} comparisons over ${n} ${of}, corrected together (Holm).${about}`,
    ...(correlation
      ? [
          `Spearman's correlation of our order with the printed one, over ${correlation.rows} rows: ${fixed(correlation.rho, 2)} (${
            correlation.interval
              ? `95 % interval ${range(correlation.interval, (end) => fixed(end, 2))}, bootstrap over rows and ${of}`
              : `too few rows for an interval`
          }).`,
        ]
      : []),
  ];
}
