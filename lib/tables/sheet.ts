import { labelsOf } from "../paper/place.js";
import { codeMark } from "../reports/codes.js";
import { detectable, fewestPairs, pairsInWords, wouldDecide } from "../statistics/decision.js";
import type { Measure } from "../training/evaluation/measure.js";
import { fixed, measurePoints, plusMinus, probability, range, signed } from "../written.js";
import type { Grid, Sheet } from "./formats.js";
import { type Ranking, ranking, rankingWords } from "./ranking.js";
import { tableRecord } from "./record.js";
import type { ResultRow, RowComparison, TableResult } from "./result.js";
import { lacking, lackingData, settingInWords } from "./words.js";

/** Ours beside the published numbers, each under its own heading: what was measured on other data than ACDC cannot be taken for it. */
export function resultSheet(result: TableResult): Sheet {
  const compared = result.rows.flatMap(({ title, comparison }) => (comparison ? [{ title, comparison }] : []));
  const { phantom } = result.data;
  const ranked = ranking(result);
  return {
    title: `Table ${result.table}: ${result.title}`,
    facts: factsOf(result),
    grids: [
      results(result),
      ...(compared.length > 0 ? [differences(result, compared)] : []),
      ...(ranked ? [places(result, ranked)] : []),
      ...costGrids(result),
    ],
    findings: compared.map(({ title, comparison }) => sentenceOf(title, result.data.measure, comparison)),
    notes: [
      ...(phantom
        ? ["Ours are measured on generated images. No number of ours can be compared with a published one."]
        : []),
      ...result.rows.flatMap(divergences),
      ...result.rows.flatMap(({ title, failed }) => failed.map((reason) => `${title}: failed, ${reason}`)),
      ...overPatients(compared, result.data.measure),
      ...(ranked ? rankingWords(ranked) : []),
      ...spreads(result),
      ...result.shared.map((titles) => `One training here: ${titles.join(" = ")}.`),
      ...result.codes,
      ...notesOf(result),
      ...lacking(result.rows),
      ...lackingData(result.table),
    ],
    records: result.rows.map((row) => tableRecord(result, row)),
  };
}

/** What seeds and what draws of the labelled cases contribute to the spread, where both can be told. */
function spreads({ rows, data }: TableResult): string[] {
  const known = rows.flatMap(({ title, spread: { seeds, draws } }) =>
    seeds === undefined || draws === undefined
      ? []
      : [`${title} ${fixed(100 * seeds, 1)} and ${fixed(100 * draws, 1)}`],
  );
  if (known.length === 0) return [];
  return [
    `Standard deviation in ${data.measure} points between seeds, and between draws of the labelled cases: ${known.join("; ")}.`,
  ];
}

/** The notes on rows, each said once for all rows that it is about. */
function notesOf({ notes }: TableResult): string[] {
  const titles = new Map<string, string[]>();
  for (const { title, note } of notes) titles.set(note, [...(titles.get(note) ?? []), title]);
  return [...titles].map(([note, rows]) => `${rows.join(" · ")}: ${note}.`);
}

function factsOf(result: TableResult): [string, string][] {
  const { benchmark, data, column, rows, config } = result;
  const lists = config.data?.lists === undefined ? "" : ` with lists ${config.data.lists}`;
  const { metrics } = rows.flatMap(({ runs }) => runs)[0] ?? {};
  const tested = metrics ? `; ${metrics.cases.length} ${metrics.split} cases` : "";
  return [
    ["Ours", `${data.phantom ? "PHANTOM, " : ""}${settingInWords(result)}; ${data.title}${tested}`],
    ["Published", `${publishedName(column)}, arXiv 2302.01735v5; single numbers, no spread is printed`],
    [
      "Difference",
      column.comparable
        ? `ours − published in ${data.measure} points, 95 % interval from the spread of our seeds alone`
        : `none is shown between ours and published: ${column.isSameData ? "they have other numbers of labels" : `${benchmark}${lists} is not ${column.dataset}`}`,
    ],
    data.measure === "mIoU"
      ? ["mIoU", "mean over the classes of one confusion matrix of all test photographs"]
      : ["ASD", `from prediction to truth, as the released script has it; ours in ${unitOf(data.unit)}`],
  ];
}

/** What ours are, for the head of a column: never to be taken for the data set of the paper. */
const oursName = ({ data, benchmark, labeled, preset }: TableResult) =>
  `ours: ${data.phantom ? "PHANTOM " : ""}${benchmark}, ${labeled} labelled, ${preset}`;
const publishedName = ({ dataset, labeled }: TableResult["column"]) => `${dataset} ${labelsOf({ labeled })}`;
const unitOf = (unit: "mm" | "voxel" | undefined) => (unit === "mm" ? "mm" : "voxels");

function results(result: TableResult): Grid {
  const { rows, seeds, draws, data, column } = result;
  const ours = oursName(result);
  const printed = `published: ${publishedName(column)}`;
  const isMiou = data.measure === "mIoU";
  const isBeside = rows.some(({ bestOnValidation }) => bestOnValidation.n > 0);
  const isAway = rows.some(({ fromPublished }) => fromPublished !== undefined);
  const printedUnit = unitOf(rows.find(({ published }) => published?.asdUnit)?.published?.asdUnit);
  return {
    caption: `Mean ± standard deviation over the ${draws.length > 1 ? "draws of the labelled cases" : "seeds"}`,
    columns: [
      { name: "" },
      { name: draws.length > 1 ? "trainings" : "seeds" },
      { name: "updates" },
      { group: ours, name: `${data.measure} (%)` },
      ...(isBeside ? [{ group: ours, name: "best on val." }] : []),
      ...(isMiou ? [] : [{ group: ours, name: `ASD (${unitOf(data.unit)})` }]),
      { group: printed, name: `${data.measure} (%)` },
      ...(isMiou ? [] : [{ group: printed, name: `ASD (${printedUnit})` }]),
      ...(isAway ? [{ name: "ours − published (points)" }] : []),
    ],
    rows: rows.map((row) => [
      row.title,
      row.notYet ? "not yet" : countOf(row, seeds.length * draws.length),
      row.updates ?? "–",
      plusMinus(row.score, 1, 100),
      ...(isBeside ? [plusMinus(row.bestOnValidation, 1, 100)] : []),
      ...(isMiou ? [] : [plusMinus(row.asd, 2)]),
      row.published?.printed.dice ?? row.published?.printed.miou ?? "–",
      ...(isMiou ? [] : [row.published?.printed.asd ?? "–"]),
      ...(isAway ? [row.fromPublished ? withInterval(row.fromPublished.points, row.fromPublished.interval) : "–"] : []),
    ]),
  };
}

function countOf({ runs, diverged, failed, otherCode }: ResultRow, seeds: number): string {
  const count = `${runs.length < seeds ? `${runs.length} of ${seeds}` : seeds}${otherCode ? ` ${codeMark}` : ""}`;
  const lost = [
    ...(diverged.length > 0 ? [`${diverged.length} diverged`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ];
  return [count, ...lost].join(", ");
}

/** Why a row lacks results, in a sentence. */
function divergences({ title, diverged }: ResultRow): string[] {
  if (diverged.length === 0) return [];
  const places = diverged.map(
    ({ replicate, phase, step }) =>
      `${replicate} at step ${step}${phase === "pretraining" ? " of the pre-training" : ""}`,
  );
  return [
    `${title}: diverged, for the loss was no number any more, with ${places.join(", ")}; no result can be given.`,
  ];
}

/** The rows in the order of their score, with the places that they may have. */
function places(result: TableResult, { rows }: Ranking): Grid {
  const isPrinted = rows.some(({ published }) => published !== undefined);
  return {
    caption: `Order by ${result.data.measure}`,
    columns: [
      { name: "" },
      { group: oursName(result), name: "place" },
      { group: oursName(result), name: "may be" },
      { group: oursName(result), name: `${result.data.measure} (%)` },
      ...(isPrinted ? [{ group: `published: ${publishedName(result.column)}`, name: "place" }] : []),
    ],
    rows: rows.map(({ title, rank, from, to, score, published }) => [
      title,
      String(rank),
      from === to ? String(from) : `${from} to ${to}`,
      fixed(100 * score, 1),
      ...(isPrinted ? [published === undefined ? "–" : String(published)] : []),
    ]),
  };
}

/** What a step of each row takes; nothing where no training has said. */
function costGrids({ rows }: TableResult): Grid[] {
  const known = rows.flatMap(({ title, cost }) => (cost ? [{ title, ...cost }] : []));
  if (known.length === 0) return [];
  return [
    {
      caption: "What a step takes, as it was trained (other trainings beside it, and what else the machine did, count)",
      columns: [
        { name: "" },
        { name: "images a step" },
        { name: "ms a step" },
        { name: "peak memory (MiB)" },
        { name: "minutes, pre-training too" },
      ],
      rows: known.map(({ title, images, msPerStep, peakMiB, minutes }) => [
        title,
        images,
        fixed(msPerStep, 0),
        peakMiB === undefined ? "–" : fixed(peakMiB, 0),
        fixed(minutes, 1),
      ]),
    },
  ];
}

type Compared = { title: string; comparison: RowComparison };

function differences(result: TableResult, compared: readonly Compared[]): Grid {
  const ours = oursName(result);
  const of = result.draws.length > 1 ? "draw" : "seed";
  return {
    caption: `Differences in ${result.data.measure} points, in pairs of the same ${of}`,
    columns: [
      { name: "" },
      { name: "minus" },
      { group: ours, name: "difference" },
      { group: ours, name: "95 % interval" },
      { group: ours, name: "pairs" },
      { group: ours, name: "smallest detectable" },
      { group: ours, name: "p (Holm)" },
      { group: ours, name: `${of}s to decide` },
      { group: `published: ${publishedName(result.column)}`, name: "difference" },
    ],
    rows: compared.map(
      ({ title, comparison: { against, pairs, p, found, seedsNeeded, detectable, publishedPoints } }) => [
        title,
        against,
        signed(100 * pairs.difference.mean),
        pairs.difference.interval ? range(pairs.difference.interval, hundredfold) : "–",
        String(pairs.difference.n),
        detectable === undefined ? "–" : fixed(100 * detectable, 1),
        p === undefined ? "–" : probability(p),
        found === "decided" ? "decided" : seedsNeeded ? (pairsInWords(seedsNeeded) ?? "no number") : `≥ ${fewestPairs}`,
        publishedPoints === undefined ? "–" : signed(publishedPoints),
      ],
    ),
  };
}

/** What the test patients could have shown where the trainings are too few to be asked. */
function overPatients(compared: readonly Compared[], measure: Measure): string[] {
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

/** What a comparison allows to say, and how many more seeds would settle it. */
function sentenceOf(
  title: string,
  measure: Measure,
  { against, of, pairs, p, found, seedsNeeded, detectable }: RowComparison,
): string {
  const { n, mean, interval } = pairs.difference;
  const what = `${title} minus ${against}: ${measurePoints(100 * mean, measure)}`;
  if (!interval || p === undefined)
    return `${what} from ${n === 1 ? `one pair of ${of}s` : `${n} pairs`}; no spread is known; a verdict takes ${fewestPairs} pairs at least.`;
  const how = `${what} (95 % ${range(interval, hundredfold)}, ${n} pairs, p ${probability(p)} after Holm's correction)`;
  if (found === "decided") return `${how}: decided.`;
  const state = found === "too few" ? `too few pairs for a verdict, which takes ${fewestPairs}` : "not decided";
  const seen =
    detectable === undefined ? "" : `; a true difference of ${fixed(100 * detectable, 1)} points would have been seen`;
  return `${how}: ${state}${seen}; ${wouldDecide(seedsNeeded, of)}.`;
}

const hundredfold = (share: number) => signed(100 * share);

const withInterval = (points: number, interval?: readonly [number, number]) =>
  `${signed(points)}${interval ? ` (${range(interval, (end) => signed(end))})` : ""}`;
