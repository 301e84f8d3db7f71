import assert from "node:assert/strict";

/** Asserts that a number is there and near another. */
export const near = (found: number | undefined, expected: number, tolerance = 1e-6): void =>
  assert.ok(found !== undefined && Math.abs(found - expected) <= tolerance, `found ${found}, expected ${expected}`);
