import { stream } from "../../engine/random.js";
import { gridGroups } from "../../samplers/groups.js";
import { type SamplerName, samplers } from "../../samplers/index.js";
import type { LossField } from "./lossField.js";
import { aboutMean, observe } from "./observe.js";
import { scientific } from "./scientific.js";

/** By how much a sampler's mean loss is wrong in expectation. */
export interface Bias {
  sampler: SamplerName;
  weights: "plain" | "horvitzThompson";
  /** Exactly, from how often each pixel is expected. */
  exact: number;
  /** Over repeated draws, with its 95 % interval. */
  observed: number;
  interval: readonly [number, number];
  /** The exact bias in standard deviations of the NS estimate. */
  inSd: number;
}

/** What is drawn, and how often. */
export interface BiasOptions {
  n?: number;
  cells?: number;
  repeats?: number;
  seed?: number;
}

/** Exact and observed bias of the mean loss of a field. The released samplers are tried with weights that undo their favours, too, where no pixel is lost to them. */
export function biases(
  { population, losses }: Pick<LossField, "population" | "losses">,
  { n = 256, cells = 4, repeats = 1000, seed = 0 }: BiasOptions = {},
): Bias[] {
  const groups = gridGroups(population, { cells });
  const centred = aboutMean(losses);
  const sd = Math.sqrt(centred.reduce((sum, value) => sum + value ** 2, 0) / centred.length / n);
  return tried.flatMap(([sampler, weights]) => {
    const inclusion = samplers[sampler].inclusion(population, groups, n);
    if (weights === "horvitzThompson" && inclusion.some((times) => times === 0)) return [];
    const exact = weights === "plain" ? centred.reduce((sum, value, i) => sum + (inclusion[i] / n) * value, 0) : 0;
    const rng = stream(seed, "bias", sampler, weights);
    const estimated = { population, groups, quantity: losses };
    const { bias, biasInterval } = observe(samplers[sampler], estimated, n, rng, { repeats, weights });
    return { sampler, weights, exact, observed: bias, interval: biasInterval, inSd: exact / sd };
  });
}

const tried = [
  ["ns", "plain"],
  ["sg", "plain"],
  ["sag", "plain"],
  ["sgReleased", "plain"],
  ["sgReleased", "horvitzThompson"],
  ["sagReleased", "plain"],
  ["sagReleased", "horvitzThompson"],
] as const;

/** Rows of a table, in thousandths of the loss's standard deviation over the pixels' mean of n. */
export const biasRows = (found: readonly Bias[]) =>
  found.map(({ sampler, weights, exact, observed, interval, inSd }) => ({
    sampler: `${samplers[sampler].title}${weights === "plain" ? "" : ", Horvitz–Thompson"}`,
    "exact bias": scientific(exact),
    "observed bias": scientific(observed),
    "95 % interval": interval.map(scientific).join(" to "),
    "exact / sd of NS": Math.abs(inSd) < 1e-6 ? 0 : inSd,
  }));

/** Which samplers are biased, in a sentence. */
export function biasFinding(found: readonly Bias[]): string {
  const plain = found.filter(({ weights }) => weights === "plain");
  const worst = plain.reduce((a, b) => (Math.abs(b.inSd) > Math.abs(a.inSd) ? b : a));
  if (Math.abs(worst.inSd) < 1e-6) return "No sampler's mean loss is biased on this field.";
  const fair = plain.filter(({ inSd }) => Math.abs(inSd) < 1e-6).map(({ sampler }) => samplers[sampler].title);
  const seen = worst.interval[0] > 0 || worst.interval[1] < 0;
  return `${samplers[worst.sampler].title} shifts the mean loss by ${Number(Math.abs(worst.inSd).toPrecision(2))} standard deviations of an NS estimate (exact); repeated draws ${
    seen ? "show it" : "do not suffice to show it"
  }. Unbiased: ${fair.join(", ")}.`;
}
