import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { holm } from "../../lib/statistics/correction.js";
import { paired } from "../../lib/statistics/paired.js";
import { seedsNeeded } from "../../lib/statistics/seedsNeeded.js";
import { summary } from "../../lib/statistics/summary.js";

const near = (found: number | undefined, expected: number, tolerance = 1e-6) =>
  assert.ok(found !== undefined && Math.abs(found - expected) <= tolerance, `found ${found}, expected ${expected}`);

describe("summary", () => {
  test("equals scipy's mean, standard deviation and t interval", () => {
    // python: x=[.76,.79,.82,.80]; np.mean(x), np.std(x,ddof=1), scipy.stats.t.interval(.95,3,np.mean(x),scipy.stats.sem(x))
    const { n, mean, sd, interval } = summary([0.76, 0.79, 0.82, 0.8]);
    assert.equal(n, 4);
    near(mean, 0.7925);
    near(sd, 0.025);
    near(interval?.[0], 0.7527194);
    near(interval?.[1], 0.8322806);
  });

  test("one number has no spread", () => assert.deepEqual(summary([0.5]), { n: 1, mean: 0.5 }));
});

describe("paired", () => {
  test("equals scipy's paired t-test", () => {
    // t = 0.03/(0.01/√3) = 5.196152, p = 2·t.cdf(−5.196152, 2) = 0.0350988
    const { difference, tTest, effect, signFlip } = paired([0.7, 0.72, 0.74], [0.72, 0.75, 0.78]);
    near(difference.mean, 0.03);
    near(tTest, 0.0350988, 1e-6);
    near(effect, 3);
    near(signFlip, 2 / 8);
  });

  test("changes sign, and nothing else, when the arms are exchanged", () => {
    const values = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(values, (pairs) => {
        const [first, second] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const [there, back] = [paired(first, second), paired(second, first)];
        near(there.difference.mean, -back.difference.mean, 1e-12);
        if (there.tTest !== undefined) near(back.tTest, there.tTest, 1e-9);
        near(back.signFlip, there.signFlip ?? Number.NaN);
      }),
    );
  });

  test("lists of different length are no pairs", () =>
    assert.throws(() => paired([1, 2], [1]), /found 2 and 1 values, expected one of each per pair/));
});

describe("holm", () => {
  test("equals the worked example of Holm's step-down", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries()) near(adjusted[i], expected);
  });

  test("never lowers a p-value, never reorders them, never beats Bonferroni's", () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (values) => {
        const adjusted = holm(values);
        for (const [i, p] of values.entries()) {
          assert.ok(adjusted[i] >= p && adjusted[i] <= Math.min(1, p * values.length) + 1e-12);
          for (const [j, q] of values.entries()) if (p < q) assert.ok(adjusted[i] <= adjusted[j]);
        }
      }),
    ));
});

describe("seedsNeeded", () => {
  test("agrees with tables of the paired t-test at α = 0.05 and power 0.8 (G*Power: d = 0.5 → 34, d = 0.8 → 15, d = 1 → 10)", () => {
    for (const [effect, expected] of [
      [0.5, 34],
      [0.8, 15],
      [1, 10],
    ])
      assert.ok(Math.abs(seedsNeeded({ mean: effect, sd: 1 }) - expected) <= 1, `d = ${effect}: ${seedsNeeded({ mean: effect, sd: 1 })}`);
  });

  test("no difference never gets a verdict", () => assert.equal(seedsNeeded({ mean: 0, sd: 1 }), Number.POSITIVE_INFINITY));
});
