import { labelsOf } from "../paper/place.js";
import { detectable, fewestPairs, type PairsNeeded, pairsNeeded } from "../statistics/decision.js";
import { measurePoints } from "../written.js";
import type { RowComparison, TableResult } from "./result.js";

type Compared = { title: string; comparison: RowComparison };

/** What a table's comparisons allow to conclude, a sentence each: what is decided, how our signs stand to the printed ones, and what our spread could have shown. */
export function tableConclusion(result: TableResult): string[] {
  const compared = result.rows.flatMap(({ title, comparison }) => (comparison ? [{ title, comparison }] : []));
  const diverged = result.rows.filter((row) => row.diverged.length > 0).map(({ title }) => title);
  return [
    ...(compared.length > 0
      ? [verdict(compared, result), ...beside(compared, result)]
      : ["No two rows have results of the same seed, so nothing can be compared."]),
    ...(diverged.length > 0 ? [`Without a result, for the training diverged: ${diverged.join(" · ")}.`] : []),
    scope(result),
  ];
}

function verdict(compared: readonly Compared[], { seeds: { length: seeds }, draws, data }: TableResult): string {
  const [count, what] = draws.length > 1 ? [draws.length, "draw"] : [seeds, "seed"];
  const decided = compared.filter(({ comparison }) => comparison.found === "decided");
  const of = `${compared.length === 1 ? "one comparison" : `${compared.length} comparisons`}`;
  if (compared.every(({ comparison }) => comparison.p === undefined))
    return `With ${count === 1 ? `one ${what}` : `one pair of ${what}s`} none of the ${of} can be told from noise: no spread is known.`;
  if (compared.every(({ comparison }) => comparison.found === "too few"))
    return `With ${count} ${what}s none of the ${of} can be decided: a verdict takes ${fewestPairs} pairs at least.`;
  if (decided.length === 0)
    return `Of the ${of} none is decided after Holm's correction: what the ${what}s do by themselves is as large as the differences.`;
  const list = decided.map(
    ({ title, comparison: { against, pairs } }) =>
      `${title} minus ${against} (${measurePoints(100 * pairs.difference.mean, data.measure)})`,
  );
  return `Of the ${of} ${decided.length === 1 ? "one is" : `${decided.length} are`} decided after Holm's correction: ${list.join(" · ")}.`;
}

/** Ours beside the differences that are printed. */
function beside(compared: readonly Compared[], { column, draws }: TableResult): string[] {
  const of = draws.length > 1 ? "draw" : "seed";
  const printed = compared.filter(({ comparison: { publishedPoints = 0 } }) => publishedPoints !== 0);
  if (printed.length === 0) return [];
  const alike = printed.filter(
    ({ comparison: { publishedPoints = 0, pairs } }) => publishedPoints * pairs.difference.mean > 0,
  );
  const comparisons = compared.length;
  const needed = printed.flatMap(({ comparison: { publishedPoints = 0, pairs } }) => {
    const { n, sd } = pairs.difference;
    if (sd === undefined) return [];
    const mean = Math.abs(publishedPoints / 100);
    const isEnough = (detectable({ n, sd }, { comparisons }) ?? Number.POSITIVE_INFINITY) <= mean;
    return [isEnough ? undefined : pairsNeeded({ n, mean, sd }, { comparisons })];
  });
  const more = needed.flatMap((pairs) => (pairs ? [pairs] : []));
  return [
    `${alike.length} of ${printed.length} differences have the sign that is printed for ${column.dataset} ${labelsOf(column)}; by chance about half would.`,
    ...(needed.length > 0
      ? [
          `At the spread of our pairs a true difference as large as the printed one would be seen (power 80 %) with the ${of}s at hand in ${needed.length - more.length} of ${needed.length} comparisons; the others would take ${span(more, of)}.`,
        ]
      : []),
  ];
}

function span(pairs: readonly PairsNeeded[], of: string): string {
  if (pairs.length === 0) return "no more";
  const [least, most] = [Math.min(...pairs.map(([from]) => from)), Math.max(...pairs.map(([, to]) => to))];
  const words = (count: number) => (Number.isFinite(count) ? String(count) : "more than 10,000");
  return `${least === most ? words(least) : `${words(least)} to ${words(most)}`} ${of}s`;
}

function scope({ benchmark, labeled, preset, protocol, column, data }: TableResult): string {
  const where = `preset ${preset}, protocol ${protocol}, ${labeled} labelled of ${data.phantom ? "a PHANTOM of " : ""}${benchmark}`;
  return column.comparable
    ? `This is about ${where}.`
    : `This is about ${where}; it neither confirms nor refutes the numbers printed for ${column.dataset} ${labelsOf(column)}.`;
}
