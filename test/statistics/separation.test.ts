import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { Problem } from "../../lib/problem.js";
import { separation } from "../../lib/statistics/separation.js";
import { near } from "./near.js";

/** Points around a middle for each label. */
function cloud(n: number, d: number, apart: number) {
  const rng = stream(0, "separation", n, d);
  const label = Array.from({ length: n }, (_, i) => i % 3);
  const rows = Array.from({ length: n * d }, (_, at) => {
    const own = label[Math.floor(at / d)];
    return rng.normal() + (at % d === own ? apart : 0);
  });
  return { rows, label };
}

test("the silhouette of four points on a line is that of its definition", () => {
  // 0, 1 | 5, 7: a = 1, 1, 2, 2; b = (5 + 7)/2, (4 + 6)/2, (5 + 4)/2, (7 + 6)/2
  const expected = (5 / 6 + 4 / 5 + 2.5 / 4.5 + 4.5 / 6.5) / 4;
  const { silhouette, between } = separation([0, 1, 5, 7], [4, 1], [0, 0, 1, 1]);
  near(silhouette, expected);
  // means 0.5 and 6 about 3.25: 4 · 2.75² of 3.25² + 2.25² + 1.75² + 3.75²
  near(between, (4 * 2.75 ** 2) / (3.25 ** 2 + 2.25 ** 2 + 1.75 ** 2 + 3.75 ** 2));
});

test("both grow with the distance of the classes, from next to nothing to next to one", () => {
  const found = [0, 2, 5, 50].map((apart) => {
    const { rows, label } = cloud(90, 4, apart);
    return separation(rows, [90, 4], label);
  });
  for (const name of ["between", "silhouette"] as const) {
    const values = found.map((one) => one[name]);
    assert.deepEqual(
      values,
      [...values].sort((a, b) => a - b),
    );
    assert.ok(Math.abs(values[0]) < 0.1 && values[3] > 0.9, String(values));
  }
});

test("neither changes when all points are moved, scaled or told in another order, or labels have other names", () => {
  const { rows, label } = cloud(60, 3, 2);
  const plain = separation(rows, [60, 3], label);
  const order = Array.from({ length: 60 }, (_, i) => (7 * i) % 60);
  const turned = order.flatMap((i) => rows.slice(3 * i, 3 * i + 3).map((value) => 4 * value - 9));
  const other = separation(
    turned,
    [60, 3],
    order.map((i) => 10 - label[i]),
  );
  near(other.between, plain.between);
  near(other.silhouette, plain.silhouette);
});

test("one label, or sizes that do not fit, are a Problem", () => {
  assert.throws(() => separation([1, 2], [2, 1], [0, 0]), Problem);
  assert.throws(() => separation([1, 2, 3], [2, 1], [0, 1]), Problem);
});
