import assert from "node:assert/strict";
import { test } from "node:test";
import { symmetricBeta } from "../../lib/engine/beta.js";
import { stream } from "../../lib/engine/random.js";

const count = 20_000;

/** Sorted draws from Beta(α, α). */
function sorted(alpha: number): Float64Array {
  const rng = stream(0, "beta", alpha);
  return Float64Array.from({ length: count }, () => symmetricBeta(rng, alpha)).sort();
}

test("draws have the distribution of Beta(α, α): the arcsine law at ½, evenly at 1, 3t² − 2t³ at 2", () => {
  for (const [alpha, distribution] of [
    [0.5, (t: number) => (2 / Math.PI) * Math.asin(Math.sqrt(t))],
    [1, (t: number) => t],
    [2, (t: number) => 3 * t ** 2 - 2 * t ** 3],
  ] as const) {
    const gaps = sorted(alpha).map((t, rank) => Math.abs(distribution(t) - (rank + 0.5) / count));
    assert.ok(Math.max(...gaps) < 1.95 / Math.sqrt(count), `α = ${alpha}: ${Math.max(...gaps)}`); // Kolmogorov and Smirnov, 0.1 %
  }
});

test("a small α gives shares between 0 and 1 with mean ½ and variance 1/(4(2α + 1)), however small", () => {
  for (const alpha of [0.2, 1e-3]) {
    const draws = Array.from(sorted(alpha));
    assert.ok(draws[0] >= 0 && draws[count - 1] <= 1);
    const mean = draws.reduce((sum, t) => sum + t / count, 0);
    const variance = draws.reduce((sum, t) => sum + (t - 0.5) ** 2 / count, 0);
    assert.ok(Math.abs(mean - 0.5) < 4 * Math.sqrt(0.25 / count), `α = ${alpha}: mean ${mean}`);
    assert.ok(Math.abs(variance - 1 / (8 * alpha + 4)) < 0.003, `α = ${alpha}: variance ${variance}`);
  }
});
