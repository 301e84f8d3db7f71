import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { detectable } from "../../lib/statistics/decision.js";
import { ofDifferences } from "../../lib/statistics/paired.js";
import { differences, observations, type Replicate, spreadParts } from "../../lib/statistics/replicates.js";

/** Draws × seeds with so much noise of each kind. */
function crossed(
  draws: number,
  seeds: number,
  { ofDraws, ofSeeds }: { ofDraws: number; ofSeeds: number },
  name: string,
) {
  const rng = stream(0, "crossed", name);
  return Array.from({ length: draws }, (_, draw) => {
    const level = ofDraws * rng.normal();
    return Array.from(
      { length: seeds },
      (_, seed): Replicate => ({ draw, seed, value: level + ofSeeds * rng.normal() }),
    );
  }).flat();
}

test("of one draw every seed is an observation, of several every draw is, the mean over its seeds", () => {
  const one = [3, 5].map((value, seed) => ({ draw: 2, seed, value }));
  assert.deepEqual(observations(one), {
    of: "seed",
    values: [
      { number: 0, value: 3 },
      { number: 1, value: 5 },
    ],
  });
  assert.deepEqual(observations([...one, { draw: 7, seed: 0, value: 1 }]), {
    of: "draw",
    values: [
      { number: 2, value: 4 },
      { number: 7, value: 1 },
    ],
  });
});

test("differences are of trainings with the same draw and seed, and of no others", () => {
  const first = [
    { draw: 0, seed: 0, value: 1 },
    { draw: 0, seed: 1, value: 2 },
    { draw: 1, seed: 0, value: 4 },
  ];
  const second = [
    { draw: 1, seed: 0, value: 9 },
    { draw: 0, seed: 1, value: 9 },
    { draw: 1, seed: 1, value: 9 },
  ];
  assert.deepEqual(differences(first, second), [
    { draw: 1, seed: 0, value: 5 },
    { draw: 0, seed: 1, value: 7 },
  ]);
});

test("the parts of the spread are those that a table was made with", () => {
  const found = spreadParts(crossed(2000, 4, { ofDraws: 3, ofSeeds: 1 }, "parts"));
  assert.ok(Math.abs((found.seeds ?? 0) - 1) < 0.04 && Math.abs((found.draws ?? 0) - 3) < 0.2, JSON.stringify(found));
  const none = spreadParts(crossed(2000, 4, { ofDraws: 0, ofSeeds: 1 }, "none"));
  assert.ok((none.draws ?? 1) < 0.2, JSON.stringify(none));
  // by hand: within (2 + 2)/2 = 2, means 1 and 5, variance of these 8, less 2/2
  const values = [0, 2, 4, 6].map((value, at) => ({ draw: at >> 1, seed: at & 1, value }));
  assert.deepEqual(spreadParts(values), { seeds: Math.sqrt(2), draws: Math.sqrt(7) });
});

test("what cannot be told from so few is not told", () => {
  assert.deepEqual(spreadParts([{ draw: 0, seed: 0, value: 1 }]), {});
  assert.deepEqual(spreadParts([0, 1, 2].map((draw) => ({ draw, seed: 0, value: draw }))), {});
  assert.deepEqual(Object.keys(spreadParts([0, 1].map((seed) => ({ draw: 0, seed, value: seed })))), ["seeds"]);
});

test("an interval over draws holds for other draws in 95 % of tables, one over all trainings in far fewer", () => {
  const holds = { draws: 0, all: 0 };
  const tables = 1000;
  for (let table = 0; table < tables; table++) {
    const found = crossed(5, 5, { ofDraws: 2, ofSeeds: 1 }, `table ${table}`); // the truth is 0
    const without = (values: readonly number[]) => {
      const { interval = [0, 0] } = ofDifferences(values).difference;
      return Number(interval[0] <= 0 && interval[1] >= 0);
    };
    holds.draws += without(observations(found).values.map(({ value }) => value));
    holds.all += without(found.map(({ value }) => value));
  }
  assert.ok(Math.abs(holds.draws / tables - 0.95) < 0.025, String(holds.draws)); // 3.5 standard errors
  assert.ok(holds.all / tables < 0.7, String(holds.all));
});

test("the smallest detectable difference in units of the spread", () => {
  // scipy: (t.ppf(.975, n - 1) + t.ppf(.8, n - 1)) / sqrt(n)
  for (const [n, expected] of [
    [5, 1.66],
    [10, 0.99],
    [20, 0.66],
    [31, 0.52],
    [100, 0.28],
  ])
    assert.ok(Math.abs((detectable({ n, sd: 1 }) ?? 0) - expected) < 0.006, `${n}: ${detectable({ n, sd: 1 })}`);
  const three = detectable({ n: 20, sd: 3 }, { comparisons: 3 }) ?? 0;
  assert.ok(Math.abs(three - 2.3) < 0.06, String(three)); // Holm over three contrasts
  assert.equal(detectable({ n: 4, sd: 1 }), undefined);
});

test("a true difference of the detectable size is found in 80 % of samples", () => {
  const rng = stream(0, "detectable");
  const size = detectable({ n: 8, sd: 1 }) ?? 0;
  const found = Array.from({ length: 2000 }, () => {
    const { tTest = 1 } = ofDifferences(Array.from({ length: 8 }, () => size + rng.normal()));
    return Number(tTest < 0.05);
  }).reduce((sum, one) => sum + one, 0);
  assert.ok(Math.abs(found / 2000 - 0.8) < 0.04, String(found / 2000)); // the noncentral t taken as a shifted one costs 1 %
});
