import { z } from "zod";
import { benchmarks } from "../../benchmarks/index.js";
import { lookUp } from "../../lookUp.js";
import type { CurvePoint } from "../../plots/charts/curves.js";
import type { LedgerRow } from "../../plots/charts/ledgerCurves.js";
import type { Group } from "../../runs/records.js";
import { readRun } from "../../runs/records.js";
import { parse } from "../../training/config/schema.js";

const number = z.number().nullable(); // null stands for NaN: a quantity that is the same at all pixels
const entrySchema = z.looseObject({
  class: z.int(),
  quantity: z.enum(["loss", "gradient"]),
  ns: number,
  sg: number,
  sag: number,
  between: number,
  rho: number,
  observed: z.object({ ns: number, sg: number, sag: number }).catchall(number),
});

/** The variance ledger of a run, out of its log: exact variances of the three samplers and those seen over repeated draws, by step and class. Entries without variance are left out. */
export function ledgerRows(folder: string): LedgerRow[] {
  const { config, log } = readRun(folder);
  const { classes, phantom } = lookUp(benchmarks, config.benchmark, "benchmark");
  return log.flatMap(({ step, ledger }) => {
    if (ledger === undefined) return [];
    const entries = parse(z.array(entrySchema), ledger, `${folder}/log.jsonl, step ${step}`);
    return entries.flatMap(({ class: of, quantity, observed, ns, sg, sag, between, rho }): LedgerRow[] => {
      const { ns: observedNs, sg: observedSg, sag: observedSag } = observed;
      if (!ns || !sg || !sag || between === null || rho === null) return [];
      const seen = observedNs && observedSg && observedSag ? { observedNs, observedSg, observedSag } : {};
      return [{ step, className: classes[of].name, quantity, ns, sg, sag, ...seen, between, rho, phantom }];
    });
  });
}

/** A term of the loss during training, out of the logs, times a factor (its weight): the mean of every so many steps. */
export function termCurve(
  groups: readonly Group[],
  term: string,
  { every = 10, factor = 1 }: { every?: number; factor?: number } = {},
): CurvePoint[] {
  return groups.flatMap(({ title: arm, runs }) =>
    runs.flatMap(({ folder, seed, metrics: { phantom } }) => {
      const bins = new Map<number, number[]>();
      for (const row of readRun(folder).log) {
        const [bin, value] = [every * Math.ceil(row.step / every), row[term]];
        if (typeof value === "number") bins.set(bin, [...(bins.get(bin) ?? []), factor * value]);
      }
      return [...bins].map(([step, values]) => {
        const value = values.reduce((sum, one) => sum + one, 0) / values.length;
        return { arm, seed, step, value, phantom };
      });
    }),
  );
}
