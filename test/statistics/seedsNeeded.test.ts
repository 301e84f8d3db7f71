import assert from "node:assert/strict";
import { test } from "node:test";
import { seedsNeeded } from "../../lib/statistics/seedsNeeded.js";

test("the number of pairs is within one of the exact answer from the noncentral t", () => {
  // c = t.ppf(.975, n - 1); the first n ≥ 2 with nct.sf(c, n - 1, d * √n) + nct.cdf(-c, n - 1, d * √n) ≥ 0.8
  const exact = [
    [0.2, 199],
    [0.3, 90],
    [0.5, 34],
    [0.8, 15],
    [1, 10],
    [1.5, 6],
    [2, 5],
    [3, 4],
    [5, 3],
  ];
  for (const [effect, expected] of exact)
    assert.ok(
      Math.abs(seedsNeeded({ mean: -effect * 7, sd: 7 }) - expected) <= 1,
      `${effect}: ${seedsNeeded({ mean: effect, sd: 1 })} pairs, exact ${expected}`,
    );
});

test("no difference never gets a verdict, and a difference without spread at once", () => {
  assert.equal(seedsNeeded({ mean: 0, sd: 1 }), Number.POSITIVE_INFINITY);
  assert.equal(seedsNeeded({ mean: 0, sd: 0 }), Number.POSITIVE_INFINITY);
  assert.equal(seedsNeeded({ mean: 1, sd: 0 }), 2);
});
