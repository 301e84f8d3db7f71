import { summary } from "../../statistics/summary.js";
import { fixed } from "../../written.js";
import type { LossField } from "./lossField.js";

/**
 * How far the mean losses lie from what a query has that is as like all its negatives as its positive, ln(1 + negatives), in a sentence:
 * near it the representations do not tell the classes apart, and what there is of variance is small.
 */
export function chanceFinding(fields: readonly LossField[], { negatives = 512 } = {}): string {
  const chance = Math.log(1 + negatives);
  const means = fields.map(({ losses }) => summary(Array.from(losses)).mean);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const words = `The mean losses of the classes lie between ${fixed(low, 3)} and ${fixed(high, 3)}; a query that cannot tell its positive from ${negatives} negatives has ln ${1 + negatives} = ${fixed(chance, 3)}`;
  return chance - low < 0.05 * chance
    ? `${words}. This run's representations hardly tell the classes apart, so all variances below are small in themselves; what is compared are their ratios.`
    : `${words}.`;
}
