import { benchmarks } from "../benchmarks/index.js";
import type { CurvePoint } from "../plots/charts/curves.js";
import type { Result } from "../plots/charts/spread.js";
import { Problem } from "../problem.js";
import { otherCodeIn } from "../runs/madeBy.js";
import { type Group, readLog } from "../runs/records.js";
import { holm } from "../statistics/correction.js";
import { ofDifferences, type Paired, paired } from "../statistics/paired.js";
import { differences, type Observations, observations, type Replicate } from "../statistics/replicates.js";
import { type Summary, summary } from "../statistics/summary.js";
import { isRecord } from "../training/config/schema.js";
import { type Measure, measureIn, overlapIn, scoreIn } from "../training/evaluation/measure.js";
import type { Metrics } from "../training/evaluation/metrics.js";

/** The trainings of a group as statistics take them: Dice on the test cases, mean of the classes; of photographs the mIoU. */
export const replicates = ({ runs }: Pick<Group, "runs">): Replicate[] =>
  runs.map(({ seed, metrics }) => ({ draw: metrics.labeledSeed, seed, value: scoreIn(metrics) }));

/** Dice on the test cases (mean of the classes; of photographs the mIoU) of every run; where the runs have several draws of the labelled cases, of every draw. */
export function testDice(groups: readonly Group[]): Result[] {
  return groups.flatMap((group) => {
    const { of, values } = observations(replicates(group));
    const phantom = group.runs.some(({ metrics }) => metrics.phantom);
    return values.map(({ number, value }) => ({ arm: group.title, seed: number, value, of, phantom }));
  });
}

/** Dice on the validation cases during training, of photographs the mIoU, out of the logs. */
export function validationDice(groups: readonly Group[]): CurvePoint[] {
  return points(groups, (log) => validationsIn(log).map(({ step, score }) => ({ step, value: score })));
}

/** The validations in a log: mean Dice, and that of each case; of photographs the mIoU alone. */
export const validationsIn = (log: ReturnType<typeof readLog>) =>
  log.flatMap(({ step, validation }) => {
    if (!isRecord(validation) || typeof validation.dice !== "number") return [];
    const { dice, miou, perCase } = validation;
    const cases = isRecord(perCase) ? Object.entries(perCase) : [];
    const known = cases.flatMap(([id, value]) => (typeof value === "number" ? [[id, value] as const] : []));
    return [{ step, score: typeof miou === "number" ? miou : dice, perCase: Object.fromEntries(known) }];
  });

/** Dice of the weights that are best on validation, where these are not what is tested. */
export const bestOnValidation = ({ beside, miou }: Metrics): number | null =>
  beside?.checkpoint === "bestVal" ? scoreIn({ mean: beside.mean, miou }) : null;

/** The last validation of a run, as above. Throws a Problem where it has none. */
export function lastValidation(folder: string): { score: number; perCase: Readonly<Record<string, number>> } {
  const last = validationsIn(readLog(folder)).at(-1);
  if (!last)
    throw new Problem(
      `${folder}: found no validation in its log, expected one at its end; nothing can be chosen by this run`,
    );
  return last;
}

/** Mean Dice over runs and volumes of every validation patient, at the end of their trainings: by these, and never by test cases, something may be chosen. */
export function validationByPatient(runs: Group["runs"]): number[] {
  const [{ metrics: first }] = runs;
  const found = runs.map(({ folder }) => lastValidation(folder).perCase);
  return byPatient(
    first.benchmark,
    Object.keys(found[0]).map((id) => ({ id, value: meanOf(found.map((cases) => cases[id])) })),
  );
}

/** The training loss out of the logs, as the mean of every so many steps (single steps jump with their batch). */
export function trainingLoss(groups: readonly Group[], { every = 10 } = {}): CurvePoint[] {
  return points(groups, (log) => {
    const bins = new Map<number, number[]>();
    for (const { step, loss } of log) {
      const bin = Math.ceil(step / every);
      if (typeof loss === "number") bins.set(bin, [...(bins.get(bin) ?? []), loss]);
    }
    return [...bins].map(([bin, losses]) => ({
      step: bin * every,
      value: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    }));
  });
}

function points(
  groups: readonly Group[],
  read: (log: ReturnType<typeof readLog>) => { step: number; value: number }[],
): CurvePoint[] {
  return groups.flatMap(({ title, runs }) =>
    runs.flatMap(({ folder, seed, metrics }) =>
      read(readLog(folder)).map((point) => ({
        ...{ arm: title, seed, draw: metrics.labeledSeed },
        ...point,
        phantom: metrics.phantom,
      })),
    ),
  );
}

/** What an arm reached, and how it differs from the first arm of the table, in pairs of the same seed and draw. */
export interface ArmComparison {
  title: string;
  labeled: number;
  /** Optimiser steps of each training, those of its pre-training first. */
  updates?: string;
  /** How many trainings, in words: "5 seeds", "3 draws × 2 seeds". */
  trainings: string;
  /** What means and intervals are over. */
  of: Observations["of"];
  /** What it is judged by, and its values: Dice, of photographs the mIoU. */
  measure: Measure;
  score: Summary;
  jaccard: Summary;
  /** In `unit`; runs in which no distance is defined are left out. */
  hd95: Summary;
  assd: Summary;
  unit: "mm" | "voxel";
  /** The score of this arm minus the first one's; absent for the first arm and where no seed is shared. */
  against?: Paired;
  /** Two-sided p of the paired t-test, corrected for the number of differences in the table (Holm). */
  p?: number;
}

/** A line of the table per group. */
export function comparisons(groups: readonly Group[]): ArmComparison[] {
  const lines = groups.map((group, at) => compared(group, at > 0 ? difference(groups[0], group) : undefined));
  const tested = lines.flatMap(({ against }, at) => (against?.tTest === undefined ? [] : [{ at, p: against.tTest }]));
  const corrected = holm(tested.map(({ p }) => p));
  return lines.map((line, at) => {
    const index = tested.findIndex((one) => one.at === at);
    return index < 0 ? line : { ...line, p: corrected[index] };
  });
}

function compared({ title, updates, runs }: Group, against: Paired | undefined): ArmComparison {
  const of = (name: "jaccard" | "hd95" | "assd") => summarised(runs, ({ mean }) => mean[name]);
  const { labeled, unit } = runs[0].metrics;
  const means = { score: summarised(runs, scoreIn), jaccard: of("jaccard"), hd95: of("hd95"), assd: of("assd") };
  const unitOfMeans = observations(replicates({ runs })).of;
  return {
    title,
    labeled,
    ...(updates !== undefined && { updates }),
    trainings: trainingsInWords(runs),
    of: unitOfMeans,
    measure: measureIn(runs[0].metrics),
    ...means,
    unit,
    ...(against && { against }),
  };
}

function difference(first: Group, second: Group): Paired | undefined {
  const { pairs } = pairedScores(first, second);
  return pairs.difference.n > 0 ? pairs : undefined;
}

/** Second minus first in Dice, of photographs in mIoU, in pairs of the same seed and draw of the labelled cases; of several draws each is one pair, the mean over its seeds. */
export function pairedScores(
  first: Pick<Group, "runs">,
  second: Pick<Group, "runs">,
): { of: Observations["of"]; pairs: Paired } {
  const { of, values } = observations(differences(replicates(first), replicates(second)));
  return { of, pairs: ofDifferences(values.map(({ value }) => value)) };
}

/** The same in pairs of the same test patient, each the mean over the trainings that both have and over its volumes. */
export function pairedByPatient(first: Pick<Group, "runs">, second: Pick<Group, "runs">): Paired {
  return paired(scoreByPatient(sharedRuns(first, second)), scoreByPatient(sharedRuns(second, first)));
}

/** The runs of which another arm has one of the same seed and draw of the labelled cases. */
export const sharedRuns = ({ runs }: Pick<Group, "runs">, other: Pick<Group, "runs">): Group["runs"] =>
  runs.filter(({ seed, metrics: { labeledSeed } }) =>
    other.runs.some((run) => run.seed === seed && run.metrics.labeledSeed === labeledSeed),
  );

/** The mean of something over trainings, with the spread of what is independent of one another: seeds, or of several draws the draws. Trainings where it is not defined are left out. */
export function summarised(runs: Group["runs"], value: (metrics: Metrics) => number | null): Summary {
  const found = runs.flatMap(({ seed, metrics }) => {
    const own = value(metrics);
    return own === null ? [] : [{ draw: metrics.labeledSeed, seed, value: own }];
  });
  return summary(observations(found).values.map((one) => one.value));
}

/** "5 seeds", or "3 draws × 2 seeds". */
export function trainingsInWords(runs: Group["runs"]): string {
  const draws = new Set(runs.map(({ metrics }) => metrics.labeledSeed)).size;
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  if (draws < 2) return count(runs.length, "seed");
  const seeds = runs.length / draws;
  return Number.isInteger(seeds)
    ? `${draws} draws × ${count(seeds, "seed")}`
    : `${draws} draws, ${runs.length} trainings`;
}

/** Mean Dice (of photographs IoU) over classes, runs and volumes of every test patient: of ACDC two volumes are one patient, of others each is. */
export function scoreByPatient(runs: Group["runs"]): number[] {
  const [{ metrics: first }] = runs;
  const measure = measureIn(first);
  const values = first.cases.map(({ id }, at) => ({
    id,
    value: meanOf(runs.map(({ metrics }) => meanOf(metrics.cases[at].scores.map((one) => overlapIn(measure, one))))),
  }));
  return byPatient(first.benchmark, values);
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function byPatient(benchmark: string, cases: readonly { id: string; value: number }[]): number[] {
  const patientOf = benchmarks[benchmark]?.patientOf ?? ((id: string) => id);
  const values = new Map<string, number[]>();
  for (const { id, value } of cases) values.set(patientOf(id), [...(values.get(patientOf(id)) ?? []), value]);
  return [...values.values()].map(meanOf);
}

/** The same as plain rows, for `show`, with which code made them where that is not today's: scores in units from 0 to 1, distances in the unit that the heading says. */
export function tableRows(groups: readonly Group[]): Record<string, string | number | null>[] {
  const codes = groups.map(({ runs }) =>
    [...new Set(runs.flatMap(({ folder }) => otherCodeIn(folder) ?? []))].join("; "),
  );
  const isMarked = codes.some((words) => words !== "");
  return comparisons(groups).map(({ title, updates, trainings, measure, score, assd, unit, against }, at) => ({
    arm: title,
    ...(updates !== undefined && { updates }),
    trainings,
    [measure]: score.mean,
    "± sd": score.sd ?? null,
    ...(measure === "Dice" && { [`ASSD (${unit})`]: assd.n > 0 ? assd.mean : null }),
    [`difference in ${measure}`]: against?.difference.mean ?? null,
    "95 % from": against?.difference.interval?.[0] ?? null,
    to: against?.difference.interval?.[1] ?? null,
    ...(isMarked && { "made by": codes[at] === "" ? "today's code" : `other code: ${codes[at]}` }),
  }));
}
