import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stream } from "../../lib/engine/random.js";
import { bootstrap } from "../../lib/statistics/bootstrap.js";
import { paired } from "../../lib/statistics/paired.js";
import { signFlip } from "../../lib/statistics/signFlip.js";
import { wilcoxon } from "../../lib/statistics/wilcoxon.js";
import { near } from "./near.js";

const differences = [0.8, -0.3, 1.2, 0.5, 2.1, -0.7, 0.9, 1.4];

test("paired tests equal SciPy's", () => {
  // d = [0.8, -0.3, 1.2, 0.5, 2.1, -0.7, 0.9, 1.4]; stats.ttest_1samp(d, 0); stats.wilcoxon(d, method="exact")
  // stats.permutation_test((np.array(d),), np.mean, permutation_type="samples", n_resamples=np.inf)
  const found = paired(
    differences.map(() => 1),
    differences.map((value) => 1 + value),
  );
  near(found.tTest, 0.05468292532728474, 1e-9);
  near(found.wilcoxon, 0.0546875, 1e-12);
  near(found.signFlip, 0.0625, 1e-12);
  near(found.effect, 2.303813852326821 / Math.sqrt(8));
});

test("few pairs cannot be significant, however large their difference: 2 / 2ⁿ is the least a permutation test gives", () => {
  const { signFlip: p, wilcoxon: w, tTest, effect } = paired([0.7, 0.72, 0.74], [0.72, 0.75, 0.78]);
  near(p, 2 / 8);
  near(w, 2 / 8);
  near(tTest, 0.0350988); // t = 0.03 / (0.01 / √3) = 5.196152; 2 · stats.t.cdf(-5.196152, 2)
  near(effect, 3);
});

test("a comparison changes sign, and nothing else, when the arms are exchanged", () => {
  const values = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    { minLength: 2, maxLength: 8 },
  );
  fc.assert(
    fc.property(values, (pairs) => {
      const [first, second] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
      const [there, back] = [paired(first, second), paired(second, first)];
      near(there.difference.mean, -back.difference.mean, 1e-12);
      if (there.tTest !== undefined) near(back.tTest, there.tTest, 1e-9);
      if (there.wilcoxon !== undefined) near(back.wilcoxon, there.wilcoxon, 1e-12);
      near(back.signFlip, there.signFlip ?? Number.NaN);
    }),
  );
});

test("lists of different length are no pairs", () => {
  assert.throws(() => paired([1, 2], [1]), /found 2 and 1 values, expected one of each per pair/);
});

test("one pair, or equal arms, get no p-value that would mean something", () => {
  assert.deepEqual(paired([1], [2]), { difference: { n: 1, mean: 1 } });
  const { tTest, wilcoxon: w, signFlip: p } = paired([1, 2, 3], [1, 2, 3]);
  assert.deepEqual([tTest, w, p], [undefined, undefined, 1]);
});

test("Wilcoxon's test is exact with ties and zeros: the share of all sign choices at least as extreme", () => {
  near(wilcoxon([1, 1, -2, 3, 3, 3, -1, 4, 0]), 0.1171875, 1e-12); // over itertools.product of the signs of stats.rankdata
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 }), (values) => {
      const kept = values.filter((value) => value !== 0).map(Math.abs);
      const rank = (size: number) =>
        kept.filter((other) => other < size).length + (kept.filter((other) => other === size).length + 1) / 2;
      const sums = [...Array(2 ** kept.length).keys()].map((way) =>
        kept.reduce((sum, size, i) => sum + ((way >> i) & 1 ? rank(size) : -rank(size)), 0),
      );
      const seen = Math.abs(
        values.reduce((sum, value) => sum + Math.sign(value) * (value === 0 ? 0 : rank(Math.abs(value))), 0),
      );
      const found = wilcoxon(values);
      if (kept.length === 0) assert.equal(found, undefined);
      else near(found, sums.filter((sum) => Math.abs(sum) >= seen).length / sums.length, 1e-12);
    }),
  );
});

test("Wilcoxon's test of many differences is SciPy's approximation", () => {
  // d = ((np.arange(30) * 7) % 11 - 4) / 2; stats.wilcoxon(d, method="approx", correction=False)
  near(wilcoxon(Array.from({ length: 30 }, (_, i) => (((i * 7) % 11) - 4) / 2)), 0.09072862705511989, 1e-9);
});

test("random sign flips agree with all of them, and need a stream of random numbers", () => {
  const many = [...differences, ...differences, ...differences].map((value, i) => value - 0.45 + 0.01 * i);
  const { tTest } = paired(
    many.map(() => 0),
    many,
  );
  near(signFlip(many, { rng: stream(0, "flips") }), tTest ?? Number.NaN, 0.02);
  assert.equal(signFlip(many), undefined);
  assert.equal(signFlip(many, { rng: stream(0, "flips") }), signFlip(many, { rng: stream(0, "flips") }));
});

test("the bootstrap's interval of the mean is nearly the t interval where values are many and normal", () => {
  const rng = stream(0, "normal");
  const values = Array.from({ length: 400 }, () => 3 + 2 * rng.normal());
  const { interval } = paired(
    values.map(() => 0),
    values,
  ).difference;
  const [low, high] = bootstrap(values, stream(0, "bootstrap"));
  near(low, interval?.[0] ?? Number.NaN, 0.02);
  near(high, interval?.[1] ?? Number.NaN, 0.02);
  assert.deepEqual(bootstrap([1, 1, 1], stream(0, "bootstrap")), [1, 1]);
});

test("a bootstrap interval covers the truth about as often as it says", () => {
  const covered = Array.from({ length: 300 }, (_, i) => {
    const rng = stream(i, "coverage");
    const [low, high] = bootstrap(
      Array.from({ length: 30 }, () => rng.normal()),
      rng,
      { resamples: 400, confidence: 0.9 },
    );
    return low < 0 && 0 < high;
  }).filter(Boolean).length;
  assert.ok(covered > 245 && covered < 285, `${covered} of 300 at 90 %`);
});
