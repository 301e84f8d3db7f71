import { type GridOptions, gridGroups } from "../../samplers/groups.js";
import { type Variances, variances } from "../../samplers/variance.js";
import { decision, fewestPairs } from "../../statistics/decision.js";
import { ofDifferences } from "../../statistics/paired.js";
import { type Summary, summary } from "../../statistics/summary.js";
import { fixed, percent, range } from "../../written.js";
import type { LossField } from "./lossField.js";

/** What samplers save for one class in one step: variances as shares of that of NS. */
export interface Gain {
  training: number;
  step: number;
  title: string;
  quantity: "loss" | "gradient";
  pixels: number;
  groups: number;
  sg: number;
  sag: number;
  neyman: number;
  /** Share of the variance that lies between groups. */
  between: number;
  /** Mean correlation of partners, each group weighed by its part in the variance. */
  rho: number;
}

/** How many pixels are drawn, and how they are grouped. */
export interface GainOptions extends GridOptions {
  n?: number;
}

/** What SG and SAG save of the variance of NS, by the theorem, for losses and for gradients of every field. A field whose losses are all equal has nothing to save and is left out. */
export const gains = (fields: readonly LossField[], { n = 256, ...grid }: GainOptions = {}): Gain[] =>
  fields.flatMap((field) => {
    const groups = gridGroups(field.population, grid);
    return (["loss", "gradient"] as const).flatMap((quantity) => {
      const found = variances(quantity === "loss" ? field.losses : field.gradients, groups, n);
      if (found.ns === 0) return [];
      const { ns, between } = found;
      return {
        training: field.training ?? 0,
        step: field.step,
        title: field.title,
        quantity,
        pixels: field.population.pixels.length,
        groups: groups.count,
        sg: found.sg / ns,
        sag: found.sag / ns,
        neyman: found.neyman / ns,
        between,
        rho: meanCorrelation(found, (m) => groups.starts[m + 1] - groups.starts[m]),
      };
    });
  });

/** Correlation of partners over all groups, each weighed by its variance and by a count (of pixels, or of pairs drawn): SAG beats SG where it is negative. */
export function meanCorrelation({ sd, rho }: Pick<Variances, "sd" | "rho">, count: (m: number) => number): number {
  const parts = sd.map((own, m) => own ** 2 * count(m));
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return parts.reduce((sum, part, m) => (part > 0 ? sum + part * rho[m] : sum), 0) / whole;
}

/** The gains of a class and a quantity over several steps, as rows of a table. */
export const gainRows = (found: readonly Gain[]) =>
  [...new Set(found.map(({ title, quantity }) => `${title}, ${quantity}`))].map((name) => {
    const own = found.filter(({ title, quantity }) => `${title}, ${quantity}` === name);
    const mean = (of: (gain: Gain) => number) => summary(own.map(of)).mean;
    return {
      "class, quantity": name,
      trainings: new Set(own.map(({ training }) => training)).size,
      batches: own.length,
      pixels: Math.round(mean(({ pixels }) => pixels)),
      groups: Math.round(mean(({ groups }) => groups)),
      "between groups": mean(({ between }) => between),
      "ρ of partners": mean(({ rho }) => rho),
      "SG / NS": mean(({ sg }) => sg),
      "SAG / NS": mean(({ sag }) => sag),
      "Neyman / NS": mean(({ neyman }) => neyman),
    };
  });

/**
 * What is saved, with its interval over trainings (each the mean of its batches and their classes; batches of one training are no independent observations of it),
 * in a sentence for each quantity. That SG saves anything follows from the theorem and is not tested.
 */
export const gainFindings = (found: readonly Gain[]): string[] =>
  (["loss", "gradient"] as const).flatMap((quantity) => {
    const own = found.filter((gain) => gain.quantity === quantity);
    if (own.length === 0) return [];
    const saved = (of: (gain: Gain) => number) => perTraining(own, (gain) => 1 - of(gain));
    const [sg, sag] = [saved((gain) => gain.sg), saved((gain) => gain.sag)];
    const better = trainings(own, (gain) => gain.sg - gain.sag);
    const worth = (share: Summary) => fixed(1 / (1 - share.mean), 2);
    const count = better.length === 1 ? "one training" : `${better.length} trainings`;
    const batches = new Set(own.map(({ training, step }) => `${training} ${step}`)).size;
    return `Of the variance of the mean ${quantity}, given a batch and its negatives, SG saves ${words(sg)} and SAG ${words(sag)}, as if NS drew ${worth(sg)} and ${worth(sag)} times as many pixels; ${versus(better)} (${count}, ${batches} batches in all).`;
  });

/** The mean of each training. */
const trainings = (found: readonly Gain[], of: (gain: Gain) => number): number[] =>
  [...new Set(found.map(({ training }) => training))].map(
    (training) => summary(found.filter((gain) => gain.training === training).map(of)).mean,
  );

const perTraining = (found: readonly Gain[], of: (gain: Gain) => number): Summary => summary(trainings(found, of));

function versus(better: readonly number[]): string {
  const pairs = ofDifferences(better);
  return {
    decided: `SAG is ${pairs.difference.mean > 0 ? "better" : "worse"} than SG`,
    undecided: "between SAG and SG the difference lies within the spread of the trainings",
    "too few": `between SAG and SG nothing is decided: that takes ${fewestPairs} trainings`,
  }[decision(pairs)];
}

function words({ mean, interval }: Summary): string {
  const hundredfold = (share: number) => fixed(100 * share, 1);
  return interval ? `${percent(mean, 1)} (95 % interval ${range(interval, hundredfold)} %)` : percent(mean, 1);
}
