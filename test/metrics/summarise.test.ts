import assert from "node:assert/strict";
import { test } from "node:test";
import type { Score } from "../../lib/metrics/score.js";
import { summarise } from "../../lib/metrics/summarise.js";

const scored = (dice: number, distance: number | null, outcome: Score["outcome"] = "both"): Score => ({
  dice,
  jaccard: dice / 2,
  hd95: distance,
  asd: distance,
  asdReverse: distance,
  assd: distance,
  outcome,
});

test("means are over volumes, then over classes; what is undefined is left out and counted", () => {
  const { perClass, mean, counts } = summarise([
    [scored(0.8, 1), scored(0.6, 4)],
    [scored(0.6, 3), scored(0, null, "falsePositive")],
    [scored(1, null, "absent"), scored(0, 10, "falseNegative")],
  ]);
  assert.deepEqual(
    perClass.map(({ dice, assd }) => [dice, assd]),
    [
      [(0.8 + 0.6 + 1) / 3, 2],
      [0.6 / 3, 7],
    ],
  );
  assert.deepEqual([mean.dice, mean.assd], [(perClass[0].dice + perClass[1].dice) / 2, 4.5]);
  assert.deepEqual(counts, { falseNegative: 1, falsePositive: 1, absent: 1, undefined: 2 });
  assert.deepEqual(perClass[0].counts, { falseNegative: 0, falsePositive: 0, absent: 1, undefined: 1 });
});

test("a distance that is undefined in all volumes is undefined in the mean, not zero", () => {
  const { perClass, mean } = summarise([[scored(1, null, "absent"), scored(0.5, 2)]]);
  assert.equal(perClass[0].assd, null);
  assert.equal(mean.assd, 2);
});

test("cases with different numbers of classes are refused", () => {
  assert.throws(() => summarise([[scored(1, 0)], []]), /expected one score a class in each/);
  assert.throws(() => summarise([]), /found cases without scores/);
});
