import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { partitionOf } from "../../lib/methods/partition.js";
import { slabPlaces, slabsOf } from "../../lib/pretraining/slabs.js";

before(() => startEngine());

test("a patch is cut along its last axis into slabs of sixteen slices, which lie after each other", async () => {
  const size = [2, 3, 2, 48, 1];
  const numbers = Float32Array.from({ length: 2 * 3 * 2 * 48 }, (_, i) => i);
  const slabs = slabsOf(tf.tensor(numbers, size));
  assert.deepEqual(slabs.shape, [6, 3, 2, 16, 1]);
  const found = Array.from(await slabs.data());
  for (let slab = 0; slab < 6; slab++)
    for (let column = 0; column < 6; column++)
      assert.deepEqual(
        found.slice((slab * 6 + column) * 16, (slab * 6 + column + 1) * 16),
        [...Array(16).keys()].map((z) => ((slab < 3 ? 0 : 6) + column) * 48 + 16 * (slab % 3) + z),
      );
  slabs.dispose();
});

test("a slab lies in the part of the volume that its middle is in, wherever the patch was cut; outside counts to the ends", () => {
  const patch = (slice: number, slices: number) => ({ id: "a", case: "a", slice, slices });
  const partsOf = (slice: number, slices: number, depth: number) =>
    slabPlaces([patch(slice, slices)], depth).map(partitionOf);
  assert.deepEqual(partsOf(0, 88, 80), [0, 1, 1, 2, 3]); // middles 8, 24, 40, 56, 72 of 88
  assert.deepEqual(partsOf(8, 88, 80), [0, 1, 2, 2, 3]);
  assert.deepEqual(partsOf(40, 88, 48), [2, 2, 3]);
  assert.deepEqual(partsOf(-12, 24, 48), [0, 2, 3]); // middles −4, 12, 28 of 24
});
