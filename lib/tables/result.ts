import { benchmarks } from "../benchmarks/index.js";
import { lookUp } from "../lookUp.js";
import { methods } from "../methods/index.js";
import type { Cell, TableNumber } from "../paper/published.js";
import { tables } from "../paper/tables.js";
import { codeNotes } from "../reports/codes.js";
import { machineNotes } from "../reports/machines.js";
import { bestOnValidation, replicates, summarised } from "../reports/rows.js";
import { type Divergence, divergence } from "../runs/diverged.js";
import { finishedRuns } from "../runs/finished.js";
import { runName } from "../runs/folder.js";
import { replicateOf } from "../runs/job.js";
import type { JobFailure } from "../runs/jobs.js";
import { otherCodeIn } from "../runs/madeBy.js";
import { type SpreadParts, spreadParts } from "../statistics/replicates.js";
import type { Summary } from "../statistics/summary.js";
import { updatesOf } from "../training/config/updates.js";
import { type Measure, measureOf, scoreIn } from "../training/evaluation/measure.js";
import type { Metrics } from "../training/evaluation/metrics.js";
import { type TableArm, type TableChoice, type TableSetting, tableArms } from "./arms.js";
import { compare, printedScore, type RowComparison } from "./comparison.js";
import { costOf, type RowCost } from "./costs.js";

/** A row of a table as our runs give it, beside what is printed. */
export interface ResultRow {
  title: string;
  /** Optimiser steps of each of its runs, those of the pre-training first: "100 + 200". */
  updates?: string;
  /** What the lab lacks to train it. */
  notYet?: string;
  /** Which of its networks is tested: "the student"; absent where its method does not say. */
  tested?: string;
  /** Finished runs, by seed. */
  runs: readonly { folder: string; seed: number; metrics: Metrics }[];
  /** Those of them that other code than today's has made ("seed 0"), and how it differs; absent where there are none. */
  otherCode?: Readonly<Record<string, string>>;
  /** Trainings without a result, for their loss became no number at this step. */
  diverged: readonly Divergence[];
  /** Why trainings of it failed just now, "seed 1: …"; those that are not there for want of time or interest do not count. */
  failed: readonly string[];
  /** What a step of its trainings takes; absent where none has said. */
  cost?: RowCost;
  /** Of our runs: Dice from 0 to 1, of photographs the mIoU; distances in the benchmark's unit, from prediction to truth as in the released script, and symmetric. */
  score: Summary;
  /** The same of the weights that are best on the validation cases; of none where there are no such cases, or where they are what is tested. */
  bestOnValidation: Summary;
  asd: Summary;
  assd: Summary;
  /** Standard deviations of it between seeds and between draws of the labelled cases. */
  spread: SpreadParts;
  published?: Cell;
  /** Ours minus published in points, and its 95 % interval from the spread of our seeds; absent where the two are not about the same data. */
  fromPublished?: { points: number; interval?: readonly [number, number] };
  /** The row minus its partner in the table, corrected for the number of such comparisons. */
  comparison?: RowComparison;
  /** The row minus the table's baseline, likewise. */
  fromBaseline?: RowComparison;
}

/** A table: ours, published, and what may be concluded. */
export interface TableResult extends Omit<TableSetting, "arms"> {
  rows: readonly ResultRow[];
  /** Of the data that ours were measured on. */
  data: { title: string; unit: "mm" | "voxel"; phantom: boolean; measure: Measure };
  /** Rows that are one training here although they are several in print. */
  shared: readonly (readonly string[])[];
  notes: readonly { title: string; note: string }[];
  /** What was made by other code than today's, and whether codes are mixed; a sentence each. */
  codes: readonly string[];
}

/** The table from the runs of a folder that are finished; trains nothing. `failures` are those of the trainings that were tried for it. */
export function tableResult(
  table: TableNumber,
  { runs, failures = [], ...choice }: TableChoice & { runs: string; failures?: readonly JobFailure[] },
): TableResult {
  const { arms, ...setting } = tableArms(table, choice);
  const rows = arms.map((arm) => ({
    ...measured(arm, runs, setting.column.comparable),
    failed: reasonsOf(arm.title, failures),
  }));
  const { title, unit, kind, ...benchmark } = lookUp(benchmarks, setting.benchmark, "benchmark");
  const phantom = benchmark.phantom || rows.some((row) => row.runs.some(({ metrics }) => metrics.phantom));
  const shared = sharing(arms);
  const partners = arms.map(({ row: { against } }) => against);
  const withPartner = compare(rows, partners, shared);
  const withBaseline = compare(
    rows,
    arms.map(() => tables[table].baseline),
    shared,
  );
  const notes = arms.flatMap(({ title: name, row: { note } }) => (note ? [{ title: name, note }] : []));
  return {
    ...setting,
    rows: rows.map((row, at) => ({ ...row, comparison: withPartner[at], fromBaseline: withBaseline[at] })),
    data: { title, unit, phantom, measure: measureOf({ kind }) },
    shared,
    notes,
    codes: [...codeNotes(rows), ...machineNotes(rows)],
  };
}

/** Why trainings of a row failed, each reason once. */
function reasonsOf(title: string, failures: readonly JobFailure[]): string[] {
  const own = failures.filter(({ job, end }) => end === "failed" && job.titles.includes(title));
  return [...new Set(own.map(({ job, message }) => `${replicateOf(job.config)}: ${message}`))];
}

function measured(
  { title, configs, notYet, published }: TableArm,
  runs: string,
  comparable: boolean,
): Omit<ResultRow, "failed"> {
  const [first] = configs;
  const finished = finishedRuns(configs, runs);
  const others = finished.flatMap(({ folder, seed, metrics: { labeledSeed } }) => {
    const words = otherCodeIn(folder);
    return words === undefined ? [] : [[replicateOf({ labeledSeed, seed }), words] as const];
  });
  const of = (name: "asd" | "assd") => summarised(finished, ({ mean }) => mean[name]);
  const score = summarised(finished, scoreIn);
  const printed = printedScore(published);
  const isComparable = comparable && !finished.some(({ metrics }) => metrics.phantom);
  return {
    title,
    ...(first && { updates: updatesOf(first) }),
    ...(notYet && { notYet }),
    tested: first && methods[first.method].tested?.(first.options),
    runs: finished,
    ...(others.length > 0 && { otherCode: Object.fromEntries(others) }),
    diverged: configs.flatMap((config) => divergence(config, runs)),
    ...{ score, bestOnValidation: summarised(finished, bestOnValidation), asd: of("asd"), assd: of("assd"), published },
    spread: spreadParts(replicates({ runs: finished })),
    ...costOf(configs, finished),
    ...(isComparable && printed !== undefined && score.n > 0 && { fromPublished: away(score, printed) }),
  };
}

function away({ mean, interval }: Summary, printed: number): ResultRow["fromPublished"] {
  return {
    points: 100 * mean - printed,
    ...(interval && { interval: [100 * interval[0] - printed, 100 * interval[1] - printed] as const }),
  };
}

/** Titles of rows with equal configs. */
function sharing(arms: readonly TableArm[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const { title, configs } of arms) {
    if (configs.length === 0) continue;
    const run = runName(configs[0]);
    groups.set(run, [...(groups.get(run) ?? []), title]);
  }
  return [...groups.values()].filter((titles) => titles.length > 1);
}
