import assert from "node:assert/strict";
import { test } from "node:test";
import { rampUp, rateAt } from "../../lib/optimizers/schedule.js";
import { assertClose } from "../engine/numbers.js";

// python3 -c "print([0.01 * (1 - t/30000)**0.9 for t in [0, 0, 1, 14999, 29998]])": SSL4MIS sets the rate after step t, for step t + 1
test("the poly rate falls from step 2 on, to nearly nothing in the last step", () => {
  const rates = [0, 1, 2, 15_000, 29_999].map((step) => rateAt(step, 30_000, { rate: 0.01, schedule: "poly" }));
  assertEach(rates, [0.01, 0.01, 0.009999699999499994, 0.005359188843648479, 1.743885099322131e-6]);
});

test("the step rate is a tenth after every 2,500 steps", () => {
  const rates = [0, 2499, 2500, 4999, 5000, 7500].map((step) => rateAt(step, 30_000, { rate: 0.01, schedule: "step" }));
  assertEach(rates, [0.01, 0.01, 0.001, 0.001, 0.0001, 0.00001]);
});

test("a constant rate stays", () => {
  for (const step of [0, 1, 29_999]) assert.equal(rateAt(step, 30_000, { rate: 0.01, schedule: "constant" }), 0.01);
});

// python3 -c "import math; print([0.1 * math.exp(-5 * (1 - min(t // 150, 200) / 200)**2) for t in [0, 149, 150, 15000, 29999, 30000, 40000]])"
test("the ramp is SSL4MIS's: stairs of 150 steps, 0.0067 of the weight at first, all of it after 30,000 steps", () => {
  const weights = [0, 149, 150, 15_000, 29_999, 30_000, 40_000].map((step) => rampUp(step));
  assertEach(
    weights,
    [
      0.0006737946999085467, 0.0006737946999085467, 0.0007082523558272816, 0.028650479686019012, 0.09998750078121746,
      0.1, 0.1,
    ],
  );
});

test("a ramp of another length has the same course", () => {
  for (const share of [0, 0.1, 0.25, 0.5, 0.99, 1, 2])
    assertEach([rampUp(share * 400, { max: 1, length: 400 })], [rampUp(share * 30_000, { max: 1, length: 30_000 })]);
});

test("without a length the weight is full from the first step on", () => {
  for (const step of [0, 1, 1000]) assert.equal(rampUp(step, { max: 1.5, length: 0 }), 1.5);
});

function assertEach(actual: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) assertClose([actual[i]], [value], 1e-12, `value ${i}`);
}
