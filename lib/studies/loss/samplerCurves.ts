import type { CurvePoint } from "../../plots/charts/curves.js";
import type { LedgerRow } from "../../plots/charts/ledgerCurves.js";
import type { Group } from "../../runs/records.js";
import { decision, fewestPairs, versusNoise } from "../../statistics/decision.js";
import { ofDifferences, paired } from "../../statistics/paired.js";
import { summary } from "../../statistics/summary.js";
import { fixed, range, significant } from "../../written.js";
import { ledgerRows } from "./ledgerRows.js";

/** What stratification and antithetic pairs leave of a variance in one run: geometric means over its classes and steps. */
export interface VarianceRatio {
  arm: string;
  seed: number;
  quantity: LedgerRow["quantity"];
  /** SG over NS, and SAG over SG. */
  stratified: number;
  antithetic: number;
  /** Observed over exact variance, of all three samplers. */
  observed: number;
}

/** The ratios of each run, from its ledger. */
export function varianceRatios(groups: readonly Group[]): VarianceRatio[] {
  return groups.flatMap(({ title: arm, runs }) =>
    runs.flatMap(({ folder, seed }) => {
      const rows = ledgerRows(folder);
      return (["loss", "gradient"] as const).flatMap((quantity) => {
        const own = rows.filter((row) => row.quantity === quantity);
        const seen = own.flatMap(({ ns, sg, sag, observedNs = ns, observedSg = sg, observedSag = sag }) => [
          observedNs / ns,
          observedSg / sg,
          observedSag / sag,
        ]);
        const stratified = geometricMean(own.map(({ sg, ns }) => sg / ns));
        const antithetic = geometricMean(own.map(({ sag, sg }) => sag / sg));
        return own.length > 0 ? [{ arm, seed, quantity, stratified, antithetic, observed: geometricMean(seen) }] : [];
      });
    }),
  );
}

const geometricMean = (values: readonly number[]) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Per quantity the ratios over trainings, in a sentence. That SG is not above NS follows from the theorem and is not tested; whether SAG is below SG is. */
export const ratioFindings = (ratios: readonly VarianceRatio[]): string[] =>
  (["loss", "gradient"] as const).flatMap((quantity) => {
    const own = ratios.filter((one) => one.quantity === quantity);
    if (own.length === 0) return [];
    const stratified = seedMeans(own, "stratified");
    const antithetic = seedMeans(own, "antithetic");
    return [
      `Variance of the estimated ${quantity}: SG has ${ratio(stratified)} times that of NS (never more, by Theorem 3.2, but for the rounding of shares), ` +
        `SAG ${ratio(antithetic)} times that of SG (${versusOne(antithetic)}), over ${stratified.length === 1 ? "one training" : `${stratified.length} trainings`}; observed over exact variance ${fixed(
          own.reduce((sum, one) => sum + one.observed / own.length, 0),
          2,
        )}.`,
    ];
  });

/** The mean over arms for each seed: arms with the same seed share images and first weights, so they are no independent runs. */
function seedMeans(ratios: readonly VarianceRatio[], name: "stratified" | "antithetic"): number[] {
  const seeds = [...new Set(ratios.map(({ seed }) => seed))];
  return seeds.map((seed) => geometricMean(ratios.filter((one) => one.seed === seed).map((one) => one[name])));
}

function ratio(values: readonly number[]): string {
  const { mean, interval } = summary(values);
  return interval ? `${fixed(mean, 3)} (95 % interval ${range(interval, (end) => fixed(end, 3))})` : fixed(mean, 3);
}

function versusOne(values: readonly number[]): string {
  const pairs = ofDifferences(values.map((value) => value - 1));
  const found = decision(pairs);
  if (found === "too few") return `a verdict takes ${fewestPairs} trainings`;
  if (found === "undecided") return "not told apart from 1";
  return `${pairs.difference.mean < 0 ? "less" : "more"}, beyond the spread of the trainings`;
}

/** How the last half of each curve differs from that of the first arm, in pairs of the same seed: a sentence for each other arm. */
export function curveFindings(points: readonly CurvePoint[]): string[] {
  const arms = [...new Set(points.map(({ arm }) => arm))];
  const seeds = [...new Set(points.map(({ seed }) => seed))].filter((seed) =>
    arms.every((arm) => points.some((point) => point.arm === arm && point.seed === seed)),
  );
  const half = Math.max(...points.map(({ step }) => step)) / 2;
  const late = (arm: string) =>
    seeds.map((seed) => {
      const own = points.filter((point) => point.arm === arm && point.seed === seed && point.step > half);
      return own.reduce((sum, { value }) => sum + value, 0) / own.length;
    });
  return arms.slice(1).map((arm) => {
    const [first, other] = [late(arms[0]), late(arm)];
    const pairs = paired(first, other);
    const { mean, interval } = pairs.difference;
    const spread = Math.max(...first) - Math.min(...first);
    const place =
      mean === 0
        ? `as high as ${arms[0]}`
        : `${significant(Math.abs(mean), 2)} ${mean < 0 ? "below" : "above"} ${arms[0]}`;
    const size = `Over the last half ${arm} lies ${place}`;
    if (!interval) return `${size}, with one seed: whether that is more than chance is not known.`;
    const ends = `95 % interval ${range(interval, (edge) => significant(edge, 2))}`;
    return `${size} (${ends}): ${versusNoise(pairs)}; seeds of ${arms[0]} lie ${significant(spread, 2)} apart.`;
  });
}
