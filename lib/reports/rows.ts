import { benchmarks } from "../benchmarks/index.js";
import type { CurvePoint } from "../plots/charts/curves.js";
import type { Result } from "../plots/charts/spread.js";
import { otherCodeIn } from "../runs/madeBy.js";
import { type Group, readLog } from "../runs/records.js";
import { holm } from "../statistics/correction.js";
import { type Paired, paired } from "../statistics/paired.js";
import { type Summary, summary } from "../statistics/summary.js";
import { isRecord } from "../training/config/schema.js";

/** Dice on the test cases (mean of the classes) of every run. */
export function testDice(groups: readonly Group[]): Result[] {
  return groups.flatMap(({ title, runs }) =>
    runs.map(({ seed, metrics }) => ({ arm: title, seed, value: metrics.mean.dice, phantom: metrics.phantom })),
  );
}

/** Dice on the validation cases during training, out of the logs. */
export function validationDice(groups: readonly Group[]): CurvePoint[] {
  return points(groups, (log) =>
    log.flatMap(({ step, validation }) =>
      isRecord(validation) && typeof validation.dice === "number" ? [{ step, value: validation.dice }] : [],
    ),
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
      read(readLog(folder)).map((point) => ({ arm: title, seed, ...point, phantom: metrics.phantom })),
    ),
  );
}

/** What an arm reached, and how it differs from the first arm of the table, pairs with the same seed. */
export interface ArmComparison {
  title: string;
  labeled: number;
  seeds: number;
  dice: Summary;
  jaccard: Summary;
  /** In `unit`; runs in which no distance is defined are left out. */
  hd95: Summary;
  assd: Summary;
  unit: "mm" | "voxel";
  /** Dice of this arm minus the first one's; absent for the first arm and where no seed is shared. */
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

function compared({ title, runs }: Group, against: Paired | undefined): ArmComparison {
  const metrics = runs.map((run) => run.metrics);
  const of = (name: "dice" | "jaccard" | "hd95" | "assd") =>
    summary(metrics.map(({ mean }) => mean[name]).filter((value) => value !== null));
  const { labeled, unit } = metrics[0];
  const means = { dice: of("dice"), jaccard: of("jaccard"), hd95: of("hd95"), assd: of("assd") };
  return { title, labeled, seeds: metrics.length, ...means, unit, ...(against && { against }) };
}

function difference(first: Group, second: Group): Paired | undefined {
  const [one, other] = atSharedSeeds(first, second);
  return one.length > 0 ? paired(one, other) : undefined;
}

/** Dice of two groups at the seeds that both have, in the order of the second. */
export function atSharedSeeds(first: Pick<Group, "runs">, second: Pick<Group, "runs">): [number[], number[]] {
  const pairs = second.runs.flatMap(({ seed, metrics }) =>
    first.runs.filter((run) => run.seed === seed).map((run) => [run.metrics.mean.dice, metrics.mean.dice]),
  );
  return [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
}

/** Mean Dice over classes, runs and volumes of every test patient: of ACDC two volumes are one patient, of others each is. */
export function diceByPatient(runs: Group["runs"]): number[] {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [{ metrics: first }] = runs;
  const patientOf = benchmarks[first.benchmark]?.patientOf ?? ((id: string) => id);
  const values = new Map<string, number[]>();
  for (const [at, { id }] of first.cases.entries()) {
    const own = mean(runs.map(({ metrics }) => mean(metrics.cases[at].scores.map(({ dice }) => dice))));
    values.set(patientOf(id), [...(values.get(patientOf(id)) ?? []), own]);
  }
  return [...values.values()].map(mean);
}

/** The same as plain rows, for `show`, with which code made them where that is not today's: Dice in units from 0 to 1, distances in the unit that the heading says. */
export function tableRows(groups: readonly Group[]): Record<string, string | number | null>[] {
  const codes = groups.map(({ runs }) =>
    [...new Set(runs.flatMap(({ folder }) => otherCodeIn(folder) ?? []))].join("; "),
  );
  const isMarked = codes.some((words) => words !== "");
  return comparisons(groups).map(({ title, seeds, dice, assd, unit, against }, at) => ({
    arm: title,
    seeds,
    Dice: dice.mean,
    "± sd": dice.sd ?? null,
    [`ASSD (${unit})`]: assd.n > 0 ? assd.mean : null,
    "difference in Dice": against?.difference.mean ?? null,
    "95 % from": against?.difference.interval?.[0] ?? null,
    to: against?.difference.interval?.[1] ?? null,
    ...(isMarked && { "made by": codes[at] === "" ? "today's code" : `other code: ${codes[at]}` }),
  }));
}
