import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { squaredDistance } from "../../lib/metrics/distance.js";
import type { Mask } from "../../lib/metrics/mask.js";
import { score } from "../../lib/metrics/score.js";

const shapes = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 })),
);
const masks = (count: number) =>
  shapes.chain((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = fc.uint8Array({ minLength: size, maxLength: size, max: 1 });
    return fc.tuple(...Array.from({ length: count }, () => data)).map((all) => all.map((one): Mask => ({ data: one, shape })));
  });
const spacings = fc.array(fc.double({ min: 0.2, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 });

const place = (index: number, shape: readonly number[]) => {
  const at: number[] = [];
  for (const size of [...shape].reverse()) {
    at.unshift(index % size);
    index = Math.floor(index / size);
  }
  return at;
};

describe("the distance transform", () => {
  test("is the smallest distance to any voxel of the mask, for every grid, mask and spacing", () =>
    fc.assert(
      fc.property(masks(1), spacings, ([mask], spacing) => {
        const found = squaredDistance(mask, spacing);
        for (let i = 0; i < mask.data.length; i++) {
          const here = place(i, mask.shape);
          let least = Number.POSITIVE_INFINITY;
          for (let j = 0; j < mask.data.length; j++) {
            if (mask.data[j] === 0) continue;
            least = Math.min(least, place(j, mask.shape).reduce((sum, at, axis) => sum + ((at - here[axis]) * spacing[axis]) ** 2, 0));
          }
          assert.ok(found[i] === least || Math.abs(found[i] - least) < 1e-9 * least, `${found[i]} instead of ${least}`);
        }
      }),
      { numRuns: 300 },
    ));
});

describe("a score", () => {
  test("does not care which mask is called the prediction, but for the direction of ASD", () =>
    fc.assert(
      fc.property(masks(2), spacings, ([a, b], spacing) => {
        const [there, back] = [score(a, b, { spacing }), score(b, a, { spacing })];
        if (there.outcome !== "both") return;
        assert.equal(there.dice, back.dice);
        assert.equal(there.jaccard, back.jaccard);
        assert.equal(there.assd, back.assd);
        assert.equal(there.hd95, back.hd95);
        assert.equal(there.asd, back.asdReverse);
      }),
    ));

  test("of a mask against itself is perfect", () =>
    fc.assert(
      fc.property(masks(1), ([mask]) => {
        const { dice, jaccard, outcome, assd } = score(mask, mask);
        assert.deepEqual([dice, jaccard, assd], outcome === "absent" ? [1, 1, null] : [1, 1, 0]);
      }),
    ));

  const something: Mask = { data: Uint8Array.from([0, 1, 1, 0, 0, 0]), shape: [2, 3] };
  const nothing: Mask = { data: new Uint8Array(6), shape: [2, 3] };

  test("says what it does with empty masks", () => {
    const honest = (a: Mask, b: Mask) => {
      const { dice, asd, outcome } = score(a, b, { spacing: [2, 1] });
      return { dice, asd, outcome };
    };
    assert.deepEqual(honest(nothing, nothing), { dice: 1, asd: null, outcome: "absent" });
    assert.deepEqual(honest(something, nothing), { dice: 0, asd: null, outcome: "invented" });
    assert.deepEqual(honest(nothing, something), { dice: 0, asd: 5, outcome: "missed" }); // the diagonal of 4 × 3 mm
    assert.equal(score(something, nothing, { emptyPolicy: "released2d" }).dice, 1);
    assert.equal(score(nothing, something, { emptyPolicy: "released3d" }).asd, 0);
    assert.throws(() => score(something, nothing, { emptyPolicy: "released3d" }), /the released 3D script fails.*use the empty policy honest/);
  });

  test("refuses masks on different grids", () =>
    assert.throws(() => score(something, { ...nothing, shape: [3, 2] }), /found masks of 2×3 and 3×2, expected one grid/));
});
