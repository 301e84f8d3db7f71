import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stream } from "../../../lib/engine/random.js";
import { drawOthers, populations, relationShares } from "../../../lib/methods/arco/populations.js";

const classes = 4;
const shape = [3, 5];
const map = fc
  .array(fc.integer({ min: -1, max: classes - 1 }), { minLength: 30, maxLength: 30 })
  .map((labels) => Int32Array.from(labels));

test("every available pixel is in the population of its class, once, in raster order, and no other pixel anywhere", () => {
  fc.assert(
    fc.property(map, (labels) => {
      const found = populations(labels, classes, shape);
      assert.equal(found.length, classes);
      for (const [label, population] of found.entries()) {
        assert.deepEqual(
          [...population.pixels],
          [...labels.keys()].filter((i) => labels[i] === label),
        );
        assert.deepEqual(population.shape, shape);
      }
    }),
  );
});

test("negatives are pixels of other classes, and none where there are no others", () => {
  fc.assert(
    fc.property(map, fc.nat(classes - 1), fc.nat(1000), (labels, own, seed) => {
      const all = populations(labels, classes, shape);
      const drawn = drawOthers(all, own, 20, stream(seed));
      const others = [...labels].filter((label) => label >= 0 && label !== own).length;
      assert.equal(drawn.length, others > 0 ? 20 : 0);
      for (const pixel of drawn) assert.ok(labels[pixel] >= 0 && labels[pixel] !== own);
      assert.deepEqual(drawOthers(all, own, 20, stream(seed)), drawn);
    }),
  );
});

/** Pearson's χ² of counts against shares. */
function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const draws = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, i) => sum + (count - draws * shares[i]) ** 2 / (draws * shares[i]), 0);
}
const uneven = populations(
  Int32Array.from({ length: 30 }, (_, i) => (i < 3 ? 0 : i < 8 ? 1 : i < 28 ? 2 : -1)),
  classes,
  shape,
);
const draws = 100_000;
const countsOf = (drawn: Int32Array) => {
  const counts = new Array<number>(30).fill(0);
  for (const pixel of drawn) counts[pixel]++;
  return counts;
};

test("negatives are drawn evenly over all pixels of other classes", () => {
  const counts = countsOf(drawOthers(uneven, 1, draws, stream(0, "even")));
  const others = counts.filter((_, i) => i < 3 || (i >= 8 && i < 28));
  assert.ok(
    chiSquare(
      others,
      others.map(() => 1 / 23),
    ) < 48.3,
    "χ² of 22 degrees, exceeded once in a thousand times",
  );
});

test("with shares a class comes first: as often as its share says, each of its pixels alike, absent classes never", () => {
  for (const shares of [
    [1, 5, 3, 7],
    [0, 0, 1, 0],
    [1e-9, 1, 1e9, 4],
  ]) {
    const drawn = drawOthers(uneven, 1, draws, stream(0, "shares"), shares);
    assert.equal(drawn.length, draws);
    const counts = countsOf(drawn);
    const of = (label: number) => [...uneven[label].pixels].map((pixel) => counts[pixel]);
    const total = shares[0] + shares[2]; // class 1 is its own, class 3 has no pixels
    const [first, third] = [0, 2].map((label) => of(label).reduce((sum, count) => sum + count, 0));
    assert.equal(first + third, draws);
    assert.ok(
      Math.abs(first - (draws * shares[0]) / total) <= 4 * Math.sqrt((draws * shares[0] * shares[2]) / total ** 2),
    );
    assert.ok(
      chiSquare(
        of(2),
        of(2).map(() => 1 / 20),
      ) < 43.8,
      "χ² of 19 degrees",
    );
  }
});

test("classes that look alike give each other more negatives: the softmax of their prototypes' cosines", () => {
  const prototypes = Float32Array.of(1, 0, 0, 2, 3, 3, 9, 9);
  const shares = relationShares(prototypes, uneven, { temperature: 0.5 });
  const cosine = Math.SQRT1_2;
  const expected = [
    [0, 1, Math.exp(cosine / 0.5), 0],
    [1, 0, Math.exp(cosine / 0.5), 0],
    [Math.exp(cosine / 0.5), Math.exp(cosine / 0.5), 0, 0],
  ];
  for (const [own, row] of expected.entries())
    for (const [other, share] of row.entries())
      assert.ok(Math.abs(shares[own][other] - share) < 1e-5, `${own} ${other}`);
});
