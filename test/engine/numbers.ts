import assert from "node:assert/strict";

type Numbers = ArrayLike<number>;

/** Asserts that two lists of numbers differ nowhere by more than a share of the largest expected value. */
export function assertClose(actual: Numbers, expected: Numbers, tolerance: number, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  let largest = Number.MIN_VALUE;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]) / largest;
    if (!(error <= tolerance))
      assert.fail(
        `${what}: value ${i} is ${actual[i]}, expected ${expected[i]} (off by ${error.toExponential(1)} of the largest, allowed ${tolerance})`,
      );
  }
}

/** Sum of products. */
export function dot(a: Numbers, b: Numbers): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Euclidean length. */
export const norm = (a: Numbers): number => Math.sqrt(dot(a, a));

/** How many numbers a shape holds. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
