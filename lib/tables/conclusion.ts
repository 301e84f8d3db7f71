import { labelsOf } from "../paper/place.js";
import { holm } from "../statistics/correction.js";
import { decision, detectable, fewestPairs, type PairsNeeded, pairsNeeded } from "../statistics/decision.js";
import { measurePoints } from "../written.js";
import { comparisonsIn, type TitledComparison } from "./differences.js";
import type { TableResult } from "./result.js";

/** What a table's comparisons allow to conclude, a sentence each: what is decided, how our signs stand to the printed ones, what our spread could have shown, and what is decided against the table's baseline. */
export function tableConclusion(result: TableResult): string[] {
  const compared = comparisonsIn(result, "comparison");
  const others = comparisonsIn(result, "fromBaseline");
  const diverged = result.rows.filter((row) => row.diverged.length > 0).map(({ title }) => title);
  return [
    ...(compared.length > 0
      ? [verdict(compared, result), ...beside(compared, result)]
      : others.length > 0
        ? []
        : ["No two rows have results of the same seed, so nothing can be compared."]),
    ...(others.length > 0 ? [verdict(others, result, ` with ${others[0].comparison.against}`)] : []),
    ...(diverged.length > 0 ? [`Without a result, for the training diverged: ${diverged.join(" · ")}.`] : []),
    scope(result),
  ];
}

function verdict(
  compared: readonly TitledComparison[],
  { seeds: { length: seeds }, draws, data }: TableResult,
  which = "",
): string {
  const [count, what] = draws.length > 1 ? [draws.length, "draw"] : [seeds, "seed"];
  const decided = compared.filter(({ comparison }) => comparison.found === "decided");
  const one = `${compared.length === 1 ? "one comparison" : `${compared.length} comparisons`}${which}`;
  const fewest = `a verdict takes ${fewestPairs} pairs at least`;
  const overPatients = patientsVerdict(compared, data.measure);
  if (compared.every(({ comparison }) => comparison.p === undefined)) {
    const pair = count === 1 ? `one ${what}` : `one pair of ${what}s`;
    return overPatients
      ? `With ${pair} none of the ${one} can be decided: ${fewest}. ${overPatients}`
      : `With ${pair} none of the ${one} can be told from noise: no spread is known.`;
  }
  if (compared.every(({ comparison }) => comparison.found === "too few"))
    return [`With ${count} ${what}s none of the ${one} can be decided: ${fewest}.`, overPatients]
      .filter(Boolean)
      .join(" ");
  if (decided.length === 0)
    return `Of the ${one} none is decided after Holm's correction: what the ${what}s do by themselves is as large as the differences.`;
  const list = decided.map(
    ({ title, comparison: { against, pairs } }) =>
      `${title} minus ${against} (${measurePoints(100 * pairs.difference.mean, data.measure)})`,
  );
  return `Of the ${one} ${decided.length === 1 ? "one is" : `${decided.length} are`} decided after Holm's correction: ${list.join(" · ")}.`;
}

/** Which differences the test patients tell from zero where the trainings are too few to be asked; nothing where the patients are too few as well. */
function patientsVerdict(compared: readonly TitledComparison[], measure: string): string {
  const known = compared.flatMap(({ title, comparison: { patients } }) => (patients ? [{ title, patients }] : []));
  if (known.length === 0 || known[0].patients.difference.n < fewestPairs) return "";
  const corrected = holm(known.map(({ patients }) => patients.tTest ?? 1));
  const found = known.filter(({ patients }, at) => decision(patients, corrected[at]) === "decided");
  const list = found.map(
    ({ title, patients }) => `${title} (${measurePoints(100 * patients.difference.mean, measure)})`,
  );
  const told = list.length === 0 ? "none is" : list.length === 1 ? "one is" : `${list.length} are`;
  const which = list.length === 0 ? "" : `: ${list.join(" · ")}`;
  return `Over the ${known[0].patients.difference.n} test patients of these trainings as they are, ${told} told from zero after Holm's correction${which}; other trainings may turn it.`;
}

/** Ours beside the differences that are printed. */
function beside(compared: readonly TitledComparison[], { column, draws }: TableResult): string[] {
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
