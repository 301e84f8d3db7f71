import assert from "node:assert/strict";
import { test } from "node:test";
import { rankCorrelation, ranksOf } from "../../lib/statistics/ranks.js";

test("ranks count from the smallest; equal values share the mean of theirs", () => {
  assert.deepEqual(ranksOf([30, 10, 20, 20]), [4, 1, 2.5, 2.5]);
});

test("Spearman's correlation: 1 for the same order, −1 for the reverse, and by hand with ties", () => {
  assert.equal(rankCorrelation([1, 5, 9], [0.1, 0.2, 100]), 1);
  assert.equal(rankCorrelation([1, 5, 9], [3, 2, 1]), -1);
  // ranks 1, 2½, 2½, 4, 5, 6 and 2, 1, 4½, 4½, 3, 6: products of their deviations from 3½ sum to 11.25, squares to 17 each
  assert.ok(Math.abs(rankCorrelation([1, 2, 2, 4, 5, 7], [2, 1, 4, 4, 3, 6]) - 11.25 / 17) < 1e-9);
});
