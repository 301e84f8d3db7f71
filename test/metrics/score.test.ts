import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type EmptyPolicy, type Mask, score, scoreVolume } from "../../lib/metrics/score.js";
import { Problem } from "../../lib/problem.js";
import { masks, spacings } from "./masks.js";

test("a score does not care which mask is the prediction, but for the direction of ASD", () => {
  fc.assert(
    fc.property(masks(2), spacings, ([one, other], all) => {
      const spacing = all.slice(0, one.shape.length);
      const [there, back] = [score(one, other, { spacing }), score(other, one, { spacing })];
      fc.pre(there.outcome === "both");
      assert.deepEqual(back, { ...there, asd: there.asdReverse, asdReverse: there.asd });
    }),
  );
});

test("a mask against itself is perfect, or rightly absent", () => {
  fc.assert(
    fc.property(masks(1), ([mask]) => {
      const { dice, jaccard, outcome, assd, hd95 } = score(mask, mask);
      assert.deepEqual([dice, jaccard, assd, hd95], outcome === "absent" ? [1, 1, null, null] : [1, 1, 0, 0]);
    }),
  );
});

test("distances grow with the spacing, overlaps do not", () => {
  fc.assert(
    fc.property(masks(2), fc.double({ min: 0.1, max: 10, noNaN: true }), ([one, other], factor) => {
      const [voxels, mm] = [score(one, other), score(one, other, { spacing: one.shape.map(() => factor) })];
      fc.pre(voxels.outcome === "both");
      assert.deepEqual([mm.dice, mm.jaccard], [voxels.dice, voxels.jaccard]);
      for (const key of ["asd", "asdReverse", "assd", "hd95"] as const)
        assert.ok(Math.abs((mm[key] ?? 0) - factor * (voxels[key] ?? 0)) < 1e-9);
    }),
  );
});

const something: Mask = { data: Uint8Array.of(0, 1, 1, 0, 0, 0), shape: [2, 3] };
const nothing: Mask = { data: new Uint8Array(6), shape: [2, 3] };
const diagonal = 5; // of 2 × 3 pixels of 2 × 1 mm

const table: [
  prediction: Mask,
  truth: Mask,
  policy: EmptyPolicy,
  overlap: number,
  distance: number | null,
  outcome: string,
][] = [
  [nothing, nothing, "honest", 1, null, "absent"],
  [something, nothing, "honest", 0, null, "falsePositive"],
  [nothing, something, "honest", 0, diagonal, "falseNegative"],
  [nothing, nothing, "released2d", 0, 0, "absent"],
  [something, nothing, "released2d", 1, 0, "falsePositive"],
  [nothing, something, "released2d", 0, 0, "falseNegative"],
  [nothing, nothing, "released3d", 0, 0, "absent"],
  [nothing, something, "released3d", 0, 0, "falseNegative"],
];

for (const [prediction, truth, emptyPolicy, overlap, distance, outcome] of table)
  test(`a class that is ${outcome} scores ${overlap} and ${distance} under the policy ${emptyPolicy}`, () => {
    const distances = { hd95: distance, asd: distance, asdReverse: distance, assd: distance };
    assert.deepEqual(score(prediction, truth, { spacing: [2, 1], emptyPolicy }), {
      dice: overlap,
      jaccard: overlap,
      ...distances,
      outcome,
    });
  });

test("the distance of a false negative may be left undefined", () => {
  assert.deepEqual(
    [score(nothing, something, { falseNegativeDistance: "undefined" }).assd, score(nothing, something).assd],
    [null, Math.hypot(2, 3)],
  );
});

test("where the released 3D script stops, so do we", () => {
  const message =
    'metrics: the released 3D script stops with an error where a class is predicted that the truth does not have; choose the empty policy "honest"';
  assert.throws(() => score(something, nothing, { emptyPolicy: "released3d" }), new Problem(message));
});

test("masks of different shapes are refused", () => {
  const message =
    "metrics: found a prediction of 2×3 and a truth of 3×2, expected one grid; put the prediction back on the grid of its image first";
  assert.throws(() => score(something, { ...nothing, shape: [3, 2] }), new Problem(message));
});

test("a spacing that does not fit is refused, for empty masks too", () => {
  for (const truth of [something, nothing])
    assert.throws(() => score(nothing, truth, { spacing: [1, 1, 1] }), /found a spacing of 1×1×1, expected 2 positive/);
});

test("a volume is scored class by class, and what is not labelled counts for none", () => {
  const prediction = { data: Uint8Array.of(1, 1, 2, 2, 0, 1), shape: [2, 3] };
  const truth = { data: Uint8Array.of(1, 0, 2, 0, 0, 255), shape: [2, 3] };
  const only = ({ data, shape }: Mask, value: number) => ({
    data: data.map((found) => Number(found === value)),
    shape,
  });
  const cleaned = { ...prediction, data: Uint8Array.of(1, 1, 2, 2, 0, 0) };
  assert.deepEqual(
    scoreVolume(prediction, truth, 4),
    [1, 2, 3].map((value) => score(only(cleaned, value), only(truth, value))),
  );
  assert.deepEqual(
    scoreVolume(prediction, truth, 4).map(({ outcome }) => outcome),
    ["both", "both", "absent"],
  );
});
