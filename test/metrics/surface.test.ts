import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { border, type Mask } from "../../lib/metrics/mask.js";
import { hd, surfaceDistances } from "../../lib/metrics/surface.js";
import { masks, placeOf, spacings } from "./masks.js";

const isEmpty = ({ data }: Mask) => data.every((value) => value === 0);

test("surface distances are those tried one by one, for every pair of masks", () => {
  fc.assert(
    fc.property(masks(2), spacings, ([prediction, truth], all) => {
      fc.pre(!isEmpty(prediction) && !isEmpty(truth));
      const { shape } = truth;
      const spacing = all.slice(0, shape.length);
      const places = (mask: Mask) =>
        [...border(mask).data.entries()]
          .filter(([, value]) => value)
          .map(([i]) => placeOf(i, shape).map((at, axis) => at * spacing[axis]));
      const directed = (from: number[][], to: number[][]) =>
        from.map((here) => Math.min(...to.map((there) => Math.hypot(...here.map((at, axis) => at - there[axis])))));
      const { toTruth, toPrediction } = surfaceDistances(prediction, truth, { spacing });
      const near = (found: Float64Array, expected: number[]) => {
        assert.equal(found.length, expected.length);
        for (const [i, value] of expected.entries())
          assert.ok(Math.abs(found[i] - value) < 1e-9, `${found[i]} instead of ${value}`);
      };
      near(toTruth, directed(places(prediction), places(truth)));
      near(toPrediction, directed(places(truth), places(prediction)));
      assert.equal(hd({ toTruth, toPrediction }), Math.max(...toTruth, ...toPrediction));
    }),
    { numRuns: 300 },
  );
});

test("the surface is the mask without its inner voxels; the edge of the grid is surface", () => {
  const full = border({ data: new Uint8Array(25).fill(1), shape: [5, 5] });
  assert.deepEqual([...full.data], [1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  // np.logical_xor(m, scipy.ndimage.binary_erosion(m, iterations=1)) of np.ones((1, 3, 3)) is all of it: a single slice has no inside
  assert.deepEqual(border({ data: new Uint8Array(9).fill(1), shape: [1, 3, 3] }).data, new Uint8Array(9).fill(1));
});

test("without a surface there is no distance", () => {
  const [full, empty] = [1, 0].map((value): Mask => ({ data: new Uint8Array(4).fill(value), shape: [2, 2] }));
  for (const [one, other] of [
    [full, empty],
    [empty, full],
    [empty, empty],
  ])
    assert.throws(() => surfaceDistances(one, other), /found an empty mask/);
});
