import { isRecord } from "../../training/config/schema.js";
import type { LogRow } from "../../training/journal.js";
import type { StepApart } from "./apart.js";

/** The terms of ARCO's loss and what they are called in the paper: L = L_sup + λ₁L_contrast + λ₂L_unsup + λ₃L_nn. */
const symbols: Readonly<Record<string, string>> = {
  supervised: "L_sup",
  contrast: "L_contrast",
  unsupervised: "L_unsup",
  nearest: "L_nn",
  equivariance: "L_eqv (released code only)",
};

/** A term of the loss of one step. */
export interface TermRow {
  term: string;
  symbol: string;
  value: number;
  weight: number;
  /** Weight times value; these sum to the loss. */
  weighted: number;
  /** Of the loss, from 0 to 1. */
  share: number;
}

/** The terms of a step's loss with their weights λ. */
export function termRows({ terms, config }: Pick<StepApart, "terms" | "config">): TermRow[] {
  const { weights, scale } = config.options;
  const whole = typeof scale === "number" ? scale : 1;
  const weightOf = (name: string) => {
    const found = isRecord(weights) ? weights[name] : undefined;
    return typeof found === "number" ? found : 1; // the supervised term has none
  };
  return Object.entries(terms)
    .filter(([name]) => name !== "loss")
    .map(([term, value]) => {
      const weighted = whole * weightOf(term) * value;
      return {
        term,
        symbol: symbols[term] ?? term,
        value,
        weight: weightOf(term),
        weighted,
        share: weighted / terms.loss,
      };
    });
}

/** The largest distance between the terms of a step and what a run's log says of it, as a share of the logged value; undefined where the log has no such step. The first step from the weights a run started from is that run's first step, so it is 0 there. */
export function distanceFromLog(
  { terms, step }: Pick<StepApart, "terms" | "step">,
  log: readonly LogRow[],
): number | undefined {
  const row = log.find((one) => one.step === step + 1 && "loss" in one);
  if (!row) return undefined;
  const distances = Object.entries(terms).map(([name, value]) => {
    const logged = Number(row[name]);
    return logged === value ? 0 : Math.abs(value - logged) / Math.abs(logged);
  });
  return Math.max(...distances);
}
