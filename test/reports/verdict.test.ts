import assert from "node:assert/strict";
import { test } from "node:test";
import { type ArmResult, sumUp, verdictRows, verdicts } from "../../lib/reports/verdict.js";
import type { Metrics } from "../../lib/training/evaluation/metrics.js";

/** An arm whose runs reached these Dice values, the same on each of three cases but for a known offset. */
function arm(name: string, dice: readonly number[], seeds = dice.map((_, seed) => seed)): ArmResult {
  const runs = dice.map((value, i) => {
    const cases = [-0.1, 0, 0.1].map((offset, at) => ({ id: String(at), scores: [{ dice: value + offset }] }));
    return {
      folder: name,
      seed: seeds[i],
      metrics: { mean: { dice: value, assd: null }, cases } as unknown as Metrics,
    };
  });
  return sumUp({ name, title: `arm ${name}`, labeled: 1, updates: "10" }, runs);
}

test("a difference far beyond its spread is clear, one within it is not, and both sentences say by how much", () => {
  const [base, better, same] = [
    arm("base", [0.7, 0.72, 0.68, 0.71, 0.69]),
    arm("better", [0.8, 0.821, 0.779, 0.812, 0.788]),
    arm("same", [0.71, 0.7, 0.69, 0.7, 0.7]),
  ];
  const [clear, unclear] = verdicts([
    [base, better],
    [base, same],
  ]);
  assert.ok(clear.isClear && (clear.p ?? 1) < 0.001);
  assert.match(clear.finding, /^arm better: 10\.0 Dice points better than arm base \(95 % interval/);
  assert.ok(!unclear.isClear);
  assert.match(unclear.finding, /within the noise of 5 seeds/);
  assert.ok((unclear.p ?? 0) > 0.999); // no difference in the mean
});

test("Holm's correction counts the comparisons: among more, the same difference is less sure", () => {
  const pair = [arm("base", [0.7, 0.72, 0.68, 0.71, 0.69]), arm("better", [0.72, 0.735, 0.705, 0.73, 0.7])] as const;
  const [alone] = verdicts([pair]);
  const [among] = verdicts([pair, pair, pair, pair]);
  const weak = [arm("base", [0.7, 0.7, 0.7, 0.7, 0.7]), arm("better", [0.71, 0.74, 0.72, 0.73, 0.705])] as const;
  assert.ok(verdicts([weak])[0].isClear);
  assert.match(verdicts([weak, weak, weak, weak])[0].finding, /5 seeds do not decide it among 4 comparisons/);
  const few = [arm("base", [0.7, 0.72]), arm("better", [0.73, 0.7503])] as const;
  const [two] = verdicts([few]);
  assert.ok((two.p ?? 1) < 0.05 && !two.isClear);
  assert.match(two.finding, /but 2 seeds are too few for a verdict, which takes 5 \(.* about 5 seeds would decide/);
  assert.ok(Math.abs((among.p ?? 0) - 4 * (alone.p ?? 0)) < 1e-12);
});

test("what is not decided needs more seeds than there are, and what is decided none", () => {
  const base = arm("base", [0.7, 0.72, 0.68, 0.71, 0.69]);
  const [decided] = verdicts([[base, arm("better", [0.8, 0.821, 0.779, 0.812, 0.788])]]);
  assert.deepEqual([decided.isClear, decided.seedsNeeded], [true, null]);
  const [undecided] = verdicts([[base, arm("other", [0.75, 0.74, 0.69, 0.7, 0.68])]]);
  assert.ok(!undecided.isClear && (undecided.seedsNeeded?.[0] ?? 0) > 5, String(undecided.seedsNeeded));
});

test("only seeds that both arms have are pairs; a single one shows no spread and needs no verdict", () => {
  const [two] = verdicts([[arm("base", [0.7, 0.72, 0.68, 0.71, 0.69]), arm("late", [0.75, 0.7], [1, 2])]]);
  assert.equal(two.overSeeds.difference.n, 2);
  assert.ok(Math.abs(two.overSeeds.difference.mean - (0.75 - 0.72 + 0.7 - 0.68) / 2) < 1e-12);
  const [one] = verdicts([[arm("base", [0.7]), arm("only", [0.6])]]);
  assert.deepEqual([one.p, one.seedsNeeded, one.isClear], [undefined, null, false]);
  assert.match(one.finding, /10\.0 Dice points worse than arm base, with one seed/);
});

test("a difference that rounds to zero is never called better or worse, and the signs of an interval are minus signs", () => {
  const base = arm("base", [0.7, 0.72, 0.68, 0.71, 0.69]);
  for (const off of [0.0001, -0.0001]) {
    const [one] = verdicts([[arm("base", [0.7]), arm("like", [0.7 + off])]]);
    assert.match(one.finding, /^arm like: as good as arm base to a tenth of a Dice point, with one seed/);
    const [noisy] = verdicts([[base, arm("like", [0.71 + off, 0.72 + off, 0.67 + off, 0.715 + off, 0.685 + off])]]);
    assert.match(noisy.finding, /^arm like: as good as arm base .*, within the noise of 5 seeds \(.* −\d\.\d to \+/);
    const [steady] = verdicts([
      [base, arm("like", [0.7 + off, 0.72 + 1.01 * off, 0.68 + 0.99 * off, 0.71 + off, 0.69 + off])],
    ]);
    assert.ok(steady.isClear);
    assert.match(steady.finding, /^arm like: as good as arm base to a tenth of a Dice point \(.*p < 0\.001\)\.$/);
  }
});

test("a row says who was compared with whom", () => {
  const arms = [arm("base", [0.7, 0.72]), arm("better", [0.8, 0.81])];
  const [row] = verdictRows({ arms, verdicts: verdicts([[arms[0], arms[1]]]) });
  assert.deepEqual([row.arm, row.against], ["arm better", "arm base"]);
  assert.ok(Math.abs(Number(row["difference in Dice (0 to 1)"]) - 0.095) < 1e-12);
});

test("two volumes of a patient of ACDC are one pair, volumes of the sample each their own", () => {
  const of = (benchmark: string, ids: readonly string[], dice: readonly number[]) => {
    const metrics = {
      benchmark,
      mean: { dice: 0.5, assd: null },
      cases: ids.map((id, i) => ({ id, scores: [{ dice: dice[i] }] })),
    };
    return sumUp({ name: benchmark, title: benchmark, labeled: 1, updates: "10" }, [
      { folder: "", seed: 0, metrics: metrics as unknown as Metrics },
    ]);
  };
  const frames = ["patient101_frame01", "patient101_frame02", "patient102_frame01", "patient102_frame02"];
  for (const [benchmark, expected] of [
    ["acdc", [0.2, 0.3]],
    ["phantom-acdc", [0.2, 0.3]],
    ["hippocampus", [0.1, 0.3, 0.2, 0.4]],
  ] as const) {
    const [{ overCases }] = verdicts([
      [of(benchmark, frames, [0, 0, 0, 0]), of(benchmark, frames, [0.1, 0.3, 0.2, 0.4])],
    ]);
    assert.equal(overCases.difference.n, expected.length);
    assert.ok(Math.abs(overCases.difference.mean - 0.25) < 1e-12);
    const mean = expected.reduce((sum, value) => sum + value / expected.length, 0);
    const sd = Math.sqrt(expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (expected.length - 1));
    assert.ok(Math.abs((overCases.difference.sd ?? 0) - sd) < 1e-12, benchmark);
  }
});
