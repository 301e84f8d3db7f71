import { detectable, fewestPairs, pairsInWords, wouldDecide } from "../statistics/decision.js";
import type { Measure } from "../training/evaluation/measure.js";
import { fixed, measurePoints, probability, range, signed } from "../written.js";
import type { RowComparison } from "./comparison.js";
import type { Grid } from "./formats.js";
import type { TableResult } from "./result.js";
import { oursName, publishedName } from "./words.js";

/** A comparison with the title of its row. */
export interface TitledComparison {
  title: string;
  comparison: RowComparison;
}

/** The comparisons of a table's rows: those with their own partners, or those with its baseline. */
export const comparisonsIn = ({ rows }: TableResult, which: "comparison" | "fromBaseline"): TitledComparison[] =>
  rows.flatMap(({ title, [which]: comparison }) => (comparison ? [{ title, comparison }] : []));

/** The differences as grids: to each row's partner in the table, and to its baseline. Columns that would be empty are left out. */
export const differenceGrids = (result: TableResult): Grid[] =>
  (["comparison", "fromBaseline"] as const)
    .map((which) => comparisonsIn(result, which))
    .filter(({ length }) => length > 0)
    .map((compared) => differences(result, compared));

function differences(result: TableResult, compared: readonly TitledComparison[]): Grid {
  const ours = oursName(result);
  const of = result.draws.length > 1 ? "draw" : "seed";
  const [{ comparison: first }] = compared;
  const isOne = compared.every(({ comparison: { against } }) => against === first.against);
  const columns: (Grid["columns"][number] & { cell(one: RowComparison): string | undefined })[] = [
    { name: "minus", cell: ({ against }) => (isOne ? undefined : against) },
    { group: ours, name: "difference", cell: ({ pairs }) => hundredfold(pairs.difference.mean) },
    { group: ours, name: `95 % over ${of}s`, cell: ({ pairs }) => ends(pairs.difference.interval) },
    { group: ours, name: "95 % over test patients", cell: ({ patients }) => ends(patients?.difference.interval) },
    { group: ours, name: "pairs", cell: ({ pairs }) => String(pairs.difference.n) },
    { group: ours, name: "smallest detectable", cell: ({ detectable: least }) => points(least) },
    { group: ours, name: "p (Holm)", cell: ({ p }) => (p === undefined ? undefined : probability(p)) },
    { group: ours, name: `${of}s to decide`, cell: toDecide },
    {
      group: `published: ${publishedName(result.column)}`,
      name: "difference",
      cell: ({ publishedPoints }) => (publishedPoints === undefined ? undefined : signed(publishedPoints)),
    },
  ];
  const shown = columns.filter(({ cell }) => compared.some(({ comparison }) => cell(comparison) !== undefined));
  const what = isOne ? `Each row minus ${first.against},` : "Differences";
  const isOfPatients = compared.some(({ comparison: { patients } }) => patients?.difference.interval);
  return {
    caption: `${what} in ${result.data.measure} points, in pairs of the same ${of}${isOfPatients ? "; over test patients: of these trainings as they are" : ""}`,
    columns: [{ name: "" }, ...shown.map(({ cell, ...column }) => column)],
    rows: compared.map(({ title, comparison }) => [title, ...shown.map(({ cell }) => cell(comparison) ?? "–")]),
  };
}

const toDecide = ({ found, seedsNeeded }: RowComparison) =>
  found === "decided" ? "decided" : seedsNeeded ? (pairsInWords(seedsNeeded) ?? "no number") : `≥ ${fewestPairs}`;

/** What each difference to a row's partner allows to say, a sentence each. */
export const differenceSentences = (result: TableResult): string[] =>
  comparisonsIn(result, "comparison").map(({ title, comparison }) =>
    sentenceOf(title, result.data.measure, comparison),
  );

/** What a comparison allows to say, what its intervals are over, and how many more seeds would settle it. */
function sentenceOf(
  title: string,
  measure: Measure,
  { against, of, pairs, p, found, seedsNeeded, detectable: least, patients }: RowComparison,
): string {
  const { n, mean, interval } = pairs.difference;
  const what = `${title} minus ${against}: ${measurePoints(100 * mean, measure)}`;
  const overPatients = patients?.difference.interval
    ? `over the ${patients.difference.n} test patients of these trainings as they are ${ends(patients.difference.interval)}`
    : "";
  if (!interval || p === undefined) {
    const spread = overPatients ? ` (95 % ${overPatients}; other ${of}s may turn it)` : "; no spread is known";
    return `${what} from ${n === 1 ? `one pair of ${of}s` : `${n} pairs`}${spread}; a verdict takes ${fewestPairs} pairs at least.`;
  }
  const how = `${what} (95 % over ${n} pairs of ${of}s ${ends(interval)}, p ${probability(p)} after Holm's correction${overPatients && `; 95 % ${overPatients}`})`;
  if (found === "decided") return `${how}: decided.`;
  const state = found === "too few" ? `too few pairs for a verdict, which takes ${fewestPairs}` : "not decided";
  const seen = least === undefined ? "" : `; a true difference of ${fixed(100 * least, 1)} points would have been seen`;
  return `${how}: ${state}${seen}; ${wouldDecide(seedsNeeded, of)}.`;
}

/** Notes on the differences: what the test patients could have shown where the trainings are too few to be asked, and what p is corrected for. */
export function differenceNotes(result: TableResult): string[] {
  const compared = comparisonsIn(result, "comparison");
  const others = comparisonsIn(result, "fromBaseline");
  const isCorrected = [...compared, ...others].some(({ comparison: { p } }) => p !== undefined);
  return [
    ...seenByPatients(compared, result.data.measure),
    ...(isCorrected && compared.length > 0 && others.length > 0
      ? ["Each of the two sets of differences is corrected for its own number of comparisons (Holm)."]
      : []),
  ];
}

function seenByPatients(compared: readonly TitledComparison[], measure: Measure): string[] {
  const known = compared.flatMap(({ comparison: { patients } }) => patients?.difference ?? []);
  const found = known.flatMap(({ n, sd }) =>
    sd === undefined ? [] : (detectable({ n, sd }, { comparisons: known.length }) ?? []),
  );
  if (found.length === 0) return [];
  const [least, most] = [100 * Math.min(...found), 100 * Math.max(...found)];
  const size = least === most ? fixed(least, 1) : `${fixed(least, 1)} to ${fixed(most, 1)}`;
  return [
    `Too few pairs have no smallest detectable difference. Over the ${known[0].n} test patients of these trainings as they are, a true difference of ${size} ${measure} points would have been seen (power 80 %, 5 % shared among all comparisons); other trainings may turn it.`,
  ];
}

const points = (share?: number) => (share === undefined ? undefined : fixed(100 * share, 1));

const hundredfold = (share: number) => signed(100 * share);

const ends = (interval?: readonly [number, number]) => interval && range(interval, hundredfold);
