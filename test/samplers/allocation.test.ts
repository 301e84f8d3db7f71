import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Problem } from "../../lib/problem.js";
import { neymanAllocation, proportionalAllocation, roundingVariance, share } from "../../lib/samplers/allocation.js";
import { groupsOf } from "../../lib/samplers/groups.js";
import { moments, outcomes } from "../../lib/samplers/outcomes.js";

/** Groups of given sizes. */
const sized = (sizes: readonly number[]) => groupsOf(sizes.flatMap((size, m) => Array(size).fill(m)));
const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });
const draws = fc.integer({ min: 1, max: 40 });

test("systematic rounding sums to n, rounds every share up or down, and is right on average", () => {
  fc.assert(
    fc.property(sizes, draws, (sizes, n) => {
      const groups = sized(sizes);
      const exact = sizes.map((size) => (n * size) / groups.label.length);
      const mean = sizes.map(() => 0);
      for (const { probability, value } of outcomes((rng) => proportionalAllocation(groups, n, rng))) {
        assert.equal(
          value.reduce((sum, count) => sum + count, 0),
          n,
        );
        for (const [m, count] of value.entries()) {
          assert.ok(count >= Math.floor(exact[m] - 1e-9) && count <= Math.ceil(exact[m] + 1e-9));
          mean[m] += probability * count;
        }
      }
      for (const [m, count] of mean.entries()) {
        assert.ok(Math.abs(count - exact[m]) < 1e-12);
        const { least, more } = share(groups, n, m);
        assert.ok(Math.abs(least + more - exact[m]) < 1e-12 && more >= 0 && more < 1);
      }
    }),
  );
});

test("the variance that rounding adds is that over all values of u, and none where all shares are whole", () => {
  fc.assert(
    fc.property(
      sizes,
      draws,
      fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 8, maxLength: 8 }),
      (sizes, n, means) => {
        const groups = sized(sizes);
        const counted = moments(
          (rng) => proportionalAllocation(groups, n, rng),
          (counts) => counts.reduce((sum, count, m) => sum + count * means[m], 0),
        );
        const found = roundingVariance(groups, n, means);
        assert.ok(Math.abs(found - counted.variance) < 1e-11, `found ${found}, counted ${counted.variance}`);
        assert.equal(roundingVariance(groups, 3 * groups.label.length, means), 0);
      },
    ),
  );
});

test("the Neyman allocation is the best of all that give every group a draw", () => {
  const one = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0, max: 5, noNaN: true }));
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), fc.nat(8), (given, extra) => {
      const groups = sized(given.map(([size]) => size));
      const n = given.length + extra;
      const most = Math.max(...given.map(([, sd]) => sd)) || 1;
      const variance = (counts: ArrayLike<number>) =>
        given.reduce((sum, [size, sd], m) => sum + (size * (sd / most)) ** 2 / counts[m], 0); // in units of the largest
      const found = neymanAllocation(
        groups,
        given.map(([, sd]) => sd),
        n,
      );
      assert.equal(
        found.reduce((sum, count) => sum + count, 0),
        n,
      );
      const best = Math.min(...compositions(n, given.length).map(variance));
      assert.ok(variance(found) <= best * (1 + 1e-12), `found ${variance(found)}, best ${best}`);
    }),
  );
});

/** Every way to write n as a sum of some numbers of at least 1. */
function compositions(n: number, parts: number): number[][] {
  if (parts === 1) return [[n]];
  return Array.from({ length: n - parts + 1 }, (_, i) => i + 1).flatMap((first) =>
    compositions(n - first, parts - 1).map((rest) => [first, ...rest]),
  );
}

test("the Neyman allocation is the same in any unit, however small", () => {
  const groups = sized([1, 6, 1]);
  const sds = [0.5, 2, 1];
  const expected = neymanAllocation(groups, sds, 9);
  for (const unit of [2 ** 300, 2 ** -540])
    assert.deepEqual(
      neymanAllocation(
        groups,
        sds.map((sd) => sd * unit),
        9,
      ),
      expected,
    );
});

test("the Neyman allocation refuses fewer draws than groups, and deviations of other groups", () => {
  const groups = sized([3, 4]);
  assert.throws(() => neymanAllocation(groups, [1, 1], 1), Problem);
  assert.throws(() => neymanAllocation(groups, [1, 1], 2.5), Problem);
  assert.throws(() => neymanAllocation(groups, [1], 4), Problem);
});
