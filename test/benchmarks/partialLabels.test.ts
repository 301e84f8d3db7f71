import assert from "node:assert/strict";
import { test } from "node:test";
import { partialLabels } from "../../lib/benchmarks/kinds/partialLabels.js";

const shape = [40, 50];
// Halves 0 and 1, class 2 in two islands, void along the last row.
const label = Int8Array.from({ length: 2000 }, (_, i) => {
  const [y, x] = [Math.floor(i / 50), i % 50];
  if (y === 39) return -1;
  if (y > 2 && y < 9 && (Math.abs(x - 10) < 3 || Math.abs(x - 40) < 3)) return 2;
  return x < 25 ? 0 : 1;
});
const count = (mask: Int8Array, of: number) => mask.filter((value) => value === of).length;

test("of each class one pixel, or its share, has a label, and that is the true one; void stays void", () => {
  for (const [word, share] of [
    ["p0", 0],
    ["p1", 0.01],
    ["p5", 0.05],
    ["p25", 0.25],
  ] as const) {
    const kept = partialLabels("mine", word, "a", label, shape);
    assert.ok(kept.every((value, i) => value === -1 || value === label[i]));
    for (const of of [0, 1, 2]) assert.equal(count(kept, of), Math.max(1, Math.round(share * count(label, of))));
  }
  assert.equal(partialLabels("mine", "all", "a", label, shape), label);
});

test("a region grows in one piece, from islands too small for the share on to the next", () => {
  const kept = partialLabels("mine", "p25", "b", label, shape);
  const rows = [...kept.entries()].flatMap(([i, value]) => (value === 0 ? [Math.floor(i / 50)] : []));
  const columns = [...kept.entries()].flatMap(([i, value]) => (value === 0 ? [i % 50] : []));
  const box = (Math.max(...rows) - Math.min(...rows) + 1) * (Math.max(...columns) - Math.min(...columns) + 1);
  assert.ok(box < 4 * count(kept, 0), `${box} pixels around ${count(kept, 0)}`);
});

test("photographs differ, the same one is always labelled alike; another word is a Problem", () => {
  const of = (id: string) => partialLabels("mine", "p5", id, label, shape);
  assert.deepEqual(of("a"), of("a"));
  assert.notDeepEqual(of("a"), of("b"));
  assert.throws(() => partialLabels("mine", "p2", "a", label, shape), {
    name: "Problem",
    message: /option partial: found "p2"/,
  });
});
