import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { holm } from "../../lib/statistics/correction.js";
import { near } from "./near.js";

test("Holm's step-down equals R's p.adjust", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]); // p.adjust(c(.01, .04, .03, .005), "holm")
  for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries()) near(adjusted[i], expected);
});

test("Holm never lowers a p-value, never reorders them, never beats Bonferroni", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (values) => {
      const adjusted = holm(values);
      for (const [i, p] of values.entries()) {
        assert.ok(adjusted[i] >= p && adjusted[i] <= Math.min(1, p * values.length) + 1e-12);
        for (const [j, q] of values.entries()) if (p < q) assert.ok(adjusted[i] <= adjusted[j]);
      }
    }),
  );
});
