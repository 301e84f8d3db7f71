import type { Rng } from "./random.js";

/**
 * A draw from Beta(α, α), for α up to a few units: of U^(1/α) and V^(1/α) the share of the first, drawn again until their sum is at most 1 (Jöhnk 1964);
 * in logarithms, for a small α takes both below the smallest number.
 */
export function symmetricBeta(rng: Rng, alpha: number): number {
  for (;;) {
    const [first, second] = [0, 1].map(() => Math.log(1 - rng.uniform()) / alpha);
    const sum = logSum(first, second);
    if (sum <= 0) return Math.exp(first - sum);
  }
}

/** ln(eᵃ + eᵇ). */
const logSum = (a: number, b: number) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
