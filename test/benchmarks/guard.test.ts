import assert from "node:assert/strict";
import { test } from "node:test";
import { leakGuard } from "../../lib/benchmarks/guard.js";
import { Problem } from "../../lib/problem.js";

const cases = { labeled: ["a", "b"], unlabeled: ["b", "c"], validation: ["v"], test: ["t"] };
const may = (look: () => void): boolean => {
  try {
    look();
    return true;
  } catch (error) {
    assert.ok(error instanceof Problem);
    return false;
  }
};

test("labels of unlabelled cases are never seen, test cases only after openTest(), training cases only before it, strangers never", () => {
  const guard = leakGuard(cases);
  const seen = () =>
    ["a", "b", "c", "v", "t", "x"].map((id) => [may(() => guard.image(id)), may(() => guard.label(id))]);
  const always = [
    [true, true],
    [true, true],
    [true, false],
    [true, true],
  ]; // b is labelled in part
  assert.deepEqual(seen(), [...always, [false, false], [false, false]]);
  guard.openTest();
  const over = [false, false]; // nothing is trained on any more
  assert.deepEqual(seen(), [over, over, over, [true, true], [true, true], [false, false]]);
});

test("the error says which rule was broken", () => {
  const guard = leakGuard(cases);
  assert.throws(() => guard.label("c"), /^Problem: c: its label was asked for, but it is one of the unlabelled cases/);
  assert.throws(() => guard.image("t"), /^Problem: t: its image was asked for before the final evaluation/);
  assert.throws(() => guard.image("x"), /in no part of the split/);
  guard.openTest();
  assert.throws(() => guard.image("a"), /^Problem: a: its image was asked for after the final evaluation had begun/);
});
