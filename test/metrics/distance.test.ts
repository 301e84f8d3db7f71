import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { distance } from "../../lib/metrics/distance.js";
import type { Mask } from "../../lib/metrics/mask.js";
import { masks, placeOf, spacings } from "./masks.js";

/** The smallest distance of each voxel to any voxel of the mask, tried one by one. */
function byTrying({ data, shape }: Mask, spacing: readonly number[]): number[] {
  const inside = [...data.keys()].filter((i) => data[i]).map((i) => placeOf(i, shape));
  return [...data.keys()].map((i) =>
    Math.min(
      ...inside.map((there) =>
        Math.hypot(...placeOf(i, shape).map((here, axis) => (here - there[axis]) * spacing[axis])),
      ),
    ),
  );
}

test("the distance is the smallest to any voxel of the mask, for every grid, mask and spacing", () => {
  fc.assert(
    fc.property(masks(1), spacings, ([mask], all) => {
      const spacing = all.slice(0, mask.shape.length);
      const found = distance(mask, { spacing });
      for (const [i, expected] of byTrying(mask, spacing).entries())
        assert.ok(
          found[i] === expected || Math.abs(found[i] - expected) < 1e-9 * expected,
          `${found[i]} instead of ${expected}`,
        );
    }),
    { numRuns: 500 },
  );
});

test("more columns than are read together, and lines far from the mask, are no exception", () => {
  const mask: Mask = { data: new Uint8Array(3 * 40 * 37), shape: [3, 40, 37] };
  for (const place of [5, 1000, 2222, 4439]) mask.data[place] = 1;
  const found = distance(mask, { spacing: [10, 1, 1] });
  for (const [i, expected] of byTrying(mask, [10, 1, 1]).entries()) assert.ok(Math.abs(found[i] - expected) < 1e-12);
});

test("an empty mask is infinitely far", () => {
  assert.deepEqual(
    distance({ data: new Uint8Array(4), shape: [2, 2] }),
    new Float64Array(4).fill(Number.POSITIVE_INFINITY),
  );
});

test("a spacing that does not fit is refused", () => {
  const mask = { data: new Uint8Array(4), shape: [2, 2] };
  assert.throws(() => distance(mask, { spacing: [1, 1, 1] }), /found a spacing of 1×1×1, expected 2 positive numbers/);
  assert.throws(() => distance(mask, { spacing: [1, 0] }), /found a spacing of 1×0/);
});
