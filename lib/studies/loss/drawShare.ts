import type { Group } from "../../runs/records.js";
import { readRun } from "../../runs/records.js";
import { type Summary, summary } from "../../statistics/summary.js";
import { percent, range } from "../../written.js";
import { ledgerRows } from "./ledgerRows.js";

/** In one training: what part of the variance of L_contrast from step to step the draw of queries makes, and what part a better draw takes away. */
export interface DrawShare {
  arm: string;
  seed: number;
  /** Of naive draws. */
  draws: number;
  /** Of these the part that SG, and that SAG, takes away. */
  sg: number;
  sag: number;
}

/**
 * From the log and the ledger of each training. The variance from step to step is half the mean squared difference of successive steps, which a slow trend hardly enters:
 * other images, other pseudo labels, other negatives, and the draw of queries. That of the draw alone is the ledger's, of the mean over classes.
 */
export const drawShares = (groups: readonly Group[]): DrawShare[] =>
  groups.flatMap(({ title: arm, runs }) =>
    runs.flatMap(({ folder, seed }) => {
      const whole = stepToStep(folder);
      const steps = ofLoss(folder);
      if (whole === undefined || steps.length === 0) return [];
      const mean = (name: "ns" | "sg" | "sag") => summary(steps.map((one) => one[name])).mean / whole;
      return [{ arm, seed, draws: mean("ns"), sg: mean("ns") - mean("sg"), sag: mean("ns") - mean("sag") }];
    }),
  );

/** Half the mean squared difference of L_contrast in successive steps of a training. */
function stepToStep(folder: string): number | undefined {
  const values = readRun(folder).log.flatMap(({ contrast }) => (typeof contrast === "number" ? [contrast] : []));
  if (values.length < 3) return undefined;
  return summary(values.slice(1).map((value, at) => (value - values[at]) ** 2 / 2)).mean;
}

/** Variances of L_contrast, which is the mean over the classes, at each step of the ledger. */
function ofLoss(folder: string) {
  const steps = new Map<number, { classes: number; ns: number; sg: number; sag: number }>();
  for (const { step, quantity, ns, sg, sag } of ledgerRows(folder)) {
    if (quantity !== "loss") continue;
    const before = steps.get(step) ?? { classes: 0, ns: 0, sg: 0, sag: 0 };
    steps.set(step, { classes: before.classes + 1, ns: before.ns + ns, sg: before.sg + sg, sag: before.sag + sag });
  }
  return [...steps.values()].map(({ classes, ...sums }) => ({
    ns: sums.ns / classes ** 2,
    sg: sums.sg / classes ** 2,
    sag: sums.sag / classes ** 2,
  }));
}

/** The shares over all trainings, in one sentence. */
export function drawShareFinding(found: readonly DrawShare[]): string {
  if (found.length === 0)
    return "No training has a ledger to tell what part of the variance the draw of queries makes.";
  const over = (of: (one: DrawShare) => number) => words(summary(found.map(of)));
  const count = found.length === 1 ? "one training" : `${found.length} trainings`;
  return `Of the variance of L_contrast from step to step, naive draws of queries make ${over(({ draws }) => draws)}; SG takes away ${over(({ sg }) => sg)} of it and SAG ${over(({ sag }) => sag)} (${count}). The rest is other images, pseudo labels and negatives, which no sampler of queries changes.`;
}

function words({ mean, interval }: Summary): string {
  const hundredfold = (share: number) => percent(share, 1).replace(" %", "");
  return interval ? `${percent(mean, 1)} (95 % interval ${range(interval, hundredfold)} %)` : percent(mean, 1);
}
