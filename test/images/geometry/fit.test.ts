import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fit } from "../../../lib/images/geometry/fit.js";

test("a smaller slice lies in the middle, the odd pixel of margin below and right", () => {
  const fitted = fit(Uint8Array.of(1, 2, 3, 4, 5, 6), [1, 2, 3], [5, 4], new Uint8Array(20));
  assert.deepEqual([...fitted], [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("fitting to any larger size and back changes nothing; fitting to a smaller one keeps what is there", () => {
  const size = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), size, size, (depth, [height, width], [otherHeight, otherWidth]) => {
      const data = Float32Array.from({ length: depth * height * width }, (_, i) => i + 1);
      const there = fit(
        data,
        [depth, height, width],
        [otherHeight, otherWidth],
        new Float32Array(depth * otherHeight * otherWidth),
      );
      const back = fit(there, [depth, otherHeight, otherWidth], [height, width], new Float32Array(data.length));
      const kept = Math.min(height, otherHeight) * Math.min(width, otherWidth) * depth;
      assert.equal(back.filter((value) => value > 0).length, kept);
      assert.ok(back.every((value, i) => value === 0 || value === data[i]));
    }),
  );
});
