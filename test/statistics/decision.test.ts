import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { decision, fewestPairs, pairsInWords, pairsNeeded, versusNoise } from "../../lib/statistics/decision.js";
import { ofDifferences as of } from "../../lib/statistics/paired.js";

test("fewer than five pairs decide nothing, however alike they are", () => {
  for (const n of [1, 2, 3, 4]) {
    const pairs = of(Array.from({ length: n }, (_, i) => 0.1 + 0.0001 * i));
    assert.equal(decision(pairs), "too few", String(n));
    assert.equal(versusNoise(pairs), `too few seeds for a verdict, which takes ${fewestPairs}`);
  }
  assert.equal(decision(of([0.1, 0.1001, 0.1002, 0.1003, 0.1004])), "decided");
});

test("the sign-flip test has to agree with the t-test, and a corrected p decides in its place", () => {
  // t = 3.0, p = 0.024 of the t-test; 4 of 64 flips of the signs have a mean as far from 0: p = 0.0625
  const torn = of([1, 1.1, 0.9, 1.2, 1, -0.02]);
  assert.ok((torn.tTest ?? 1) < 0.05 && (torn.signFlip ?? 0) > 0.05, `${torn.tTest} ${torn.signFlip}`);
  assert.equal(decision(torn), "undecided");
  const clear = of([1, 1.1, 0.9, 1.2, 1, 0.8]);
  assert.deepEqual([decision(clear), decision(clear, 0.06)], ["decided", "undecided"]);
});

test("noise is called a difference in at most 5 % of comparisons", () => {
  const rng = stream(0, "decision");
  for (const n of [5, 6, 10]) {
    const found = Array.from({ length: 2000 }, () => decision(of(Array.from({ length: n }, () => rng.normal()))));
    const share = found.filter((one) => one === "decided").length / found.length;
    assert.ok(share <= 0.05 + 3 * Math.sqrt((0.05 * 0.95) / 2000), `${n}: ${share}`); // three standard errors
  }
});

test("how many pairs are needed is a range: at the observed spread, and at its upper bound", () => {
  // scipy: sqrt(2 / chi2.ppf(.2, 2)) = 2.1170, sqrt(4 / chi2.ppf(.2, 4)) = 1.5576
  const rule = (effect: number) => pairsNeeded({ n: 5, mean: effect, sd: 1 });
  assert.deepEqual(rule(1), [pairsNeeded({ n: 5, mean: 1, sd: 1 })[0], rule(1 / 1.5576)[0]]);
  const [least, most] = pairsNeeded({ n: 3, mean: 1, sd: 1 });
  assert.ok(least === 10 || least === 9, String(least)); // see seedsNeeded
  assert.equal(most, pairsNeeded({ n: 3, mean: 1, sd: 2.117 })[0]);
  assert.deepEqual(pairsNeeded({ n: 2, mean: 1, sd: 0.01 })[0], fewestPairs);
  assert.ok(pairsNeeded({ n: 12, mean: 1, sd: 0.01 })[0] > 12, "more than did not decide");
  assert.deepEqual(pairsNeeded({ n: 5, mean: 0, sd: 1 }), [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  assert.deepEqual(
    [
      [8, 31],
      [12, 12],
      [40, Infinity],
      [Infinity, Infinity],
    ].map(([a, b]) => pairsInWords([a, b])),
    ["8 to 31", "12", "40 or more", undefined],
  );
});
