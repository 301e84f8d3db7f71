import assert from "node:assert/strict";
import { test } from "node:test";
import { channelsOf, sideBySide } from "../../lib/images/channels.js";

test("channels lie side by side in every voxel, and come apart as they were", () => {
  const channels = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8), Float32Array.of(9, 10, 11, 12)];
  for (const count of [1, 2, 3]) {
    const some = channels.slice(0, count);
    const data = sideBySide(some);
    assert.deepEqual(channelsOf({ data, shape: [1, 2, 2] }), some);
  }
  assert.deepEqual([...sideBySide(channels)].slice(0, 6), [1, 5, 9, 2, 6, 10]);
});
