import { codeMark } from "../reports/codes.js";
import { scoreByPatient } from "../reports/rows.js";
import { fixed, plusMinus, range, signed } from "../written.js";
import { differenceGrids, differenceNotes, differenceSentences } from "./differences.js";
import type { Grid, Sheet } from "./formats.js";
import { type Ranking, ranking, rankingWords } from "./ranking.js";
import { tableRecord } from "./record.js";
import type { ResultRow, TableResult } from "./result.js";
import { lacking, lackingData, oursName, publishedName, settingInWords } from "./words.js";

/** Ours beside the published numbers, each under its own heading: what was measured on other data than ACDC cannot be taken for it. */
export function resultSheet(result: TableResult): Sheet {
  const { phantom } = result.data;
  const ranked = ranking(result);
  return {
    title: `Table ${result.table}: ${result.title}`,
    facts: factsOf(result),
    grids: [
      results(result),
      ...differenceGrids(result),
      ...(ranked ? [places(result, ranked)] : []),
      ...costGrids(result),
    ],
    findings: differenceSentences(result),
    notes: [
      ...(phantom
        ? ["Ours are measured on generated images. No number of ours can be compared with a published one."]
        : []),
      ...result.rows.flatMap(divergences),
      ...result.rows.flatMap(({ title, failed }) => failed.map((reason) => `${title}: failed, ${reason}`)),
      ...differenceNotes(result),
      ...(ranked ? rankingWords(ranked) : []),
      ...spreads(result),
      ...result.shared.map((titles) => `One training here: ${titles.join(" = ")}.`),
      ...result.codes,
      ...notesOf(result),
      ...testedNetworks(result),
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
  const { benchmark, data, column, config } = result;
  const lists = config.data?.lists === undefined ? "" : ` with lists ${config.data.lists}`;
  return [
    ["Ours", `${data.phantom ? "PHANTOM, " : ""}${settingInWords(result)}; ${data.title}`],
    ...testedOn(result),
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

const unitOf = (unit: "mm" | "voxel" | undefined) => (unit === "mm" ? "mm" : "voxels");

/** On how many cases of how many patients the rows are tested, and that few of them decide little; nothing where no row has a result. */
function testedOn({ rows, data }: TableResult): [string, string][] {
  const [run] = rows.flatMap(({ runs }) => runs);
  if (!run) return [];
  const { cases, split } = run.metrics;
  const patients = scoreByPatient([run]).length;
  const [on, unit] =
    data.measure === "mIoU"
      ? [`${cases.length} ${split} photographs`, "photographs"]
      : [`${cases.length} ${split} cases of ${patients} patients`, "patients"];
  const few = patients < 50 ? `; fewer than 50 ${unit}: intervals and tests over them are not sure to hold` : "";
  return [["Tested on", `${on}${few}`]];
}

/** Which network of each row's is tested, the rows with the same together. */
function testedNetworks({ rows }: TableResult): string[] {
  const titles = new Map<string, string[]>();
  for (const { title, tested } of rows) if (tested) titles.set(tested, [...(titles.get(tested) ?? []), title]);
  const lists = [...titles].map(([tested, own]) =>
    own.length === rows.length ? tested : `${tested} (${own.join(" · ")})`,
  );
  return lists.length > 0 ? [`Tested: ${lists.join("; ")}.`] : [];
}

function results(result: TableResult): Grid {
  const { rows, seeds, draws, data, column } = result;
  const ours = oursName(result);
  const printed = `published: ${publishedName(column)}`;
  const isMiou = data.measure === "mIoU";
  const isBeside = rows.some(({ bestOnValidation }) => bestOnValidation.n > 0);
  const isSpread = rows.some(({ score: { interval } }) => interval !== undefined);
  const isAway = rows.some(({ fromPublished }) => fromPublished !== undefined);
  const printedUnit = unitOf(rows.find(({ published }) => published?.asdUnit)?.published?.asdUnit);
  return {
    caption: `Mean ± standard deviation over the ${draws.length > 1 ? "draws of the labelled cases" : "seeds"}${isSpread ? ", and the 95 % interval of the mean (t)" : ""}`,
    columns: [
      { name: "" },
      { name: draws.length > 1 ? "trainings" : "seeds" },
      { name: "updates" },
      { group: ours, name: `${data.measure} (%)` },
      ...(isSpread ? [{ group: ours, name: "95 % interval" }] : []),
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
      ...(isSpread ? [row.score.interval ? range(row.score.interval, (end) => fixed(100 * end, 1)) : "–"] : []),
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

const withInterval = (points: number, interval?: readonly [number, number]) =>
  `${signed(points)}${interval ? ` (${range(interval, (end) => signed(end))})` : ""}`;
