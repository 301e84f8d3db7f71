import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { signedDistance } from "../../lib/metrics/signedDistance.js";
import { masks } from "./masks.js";

test("inside is never positive and outside always, the largest of each sign is 1", () => {
  fc.assert(
    fc.property(masks(1), ([mask]) => {
      const found = signedDistance(mask);
      for (const [i, value] of found.entries()) assert.ok(mask.data[i] ? value <= 0 : value > 0, `${value} at ${i}`);
      if (mask.data.includes(0)) assert.equal(Math.max(...found), 1);
      const least = Math.min(...found);
      assert.ok(least === -1 || least >= 0, `${least}`);
    }),
  );
});

test("a mask without a boundary is as far from one as can be, or 0 as a boundary is", () => {
  const [empty, full] = [0, 1].map((value) => ({ data: new Uint8Array(12).fill(value), shape: [3, 2, 2] }));
  for (const [mask, far] of [
    [empty, 1],
    [full, -1],
  ] as const) {
    assert.deepEqual(signedDistance(mask), new Float32Array(12).fill(far));
    assert.deepEqual(signedDistance(mask, { boundless: "zero" }), new Float32Array(12));
  }
});

test("an inside voxel at the rim of the grid is on the boundary only where it has a neighbour outside", () => {
  // two rows of a mask at the upper rim of an image: the first is one deeper than the second
  const mask = { data: Uint8Array.from([1, 1, 1, 1, 0, 0, 0, 0]), shape: [4, 2] };
  assert.deepEqual(signedDistance(mask), Float32Array.from([-1, -1, 0, 0, 0.5, 0.5, 1, 1]));
});
