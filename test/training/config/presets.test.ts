import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveConfig } from "../../../lib/training/config/config.js";
import { starts } from "../../../lib/training/evaluation/slidingWindow.js";

const three = (words: unknown) => String(words).split("x").map(Number);

test("in mini a patch of LA has a fifth of a scan, its windows overlap and are few; a phantom of half the size has smaller ones", () => {
  const { patch, stride } = resolveConfig({ benchmark: "la", preset: "mini" }).data;
  const [size, steps] = [three(patch), three(stride)];
  const scan = [200, 140, 88];
  const share = size.reduce((product, side, axis) => (product * side) / scan[axis], 1);
  assert.ok(share > 0.2, String(share));
  const begins = scan.map((length, axis) => starts(length, size[axis], steps[axis]));
  assert.deepEqual(begins, [
    [0, 48, 96, 104],
    [0, 44],
    [0, 24],
  ]); // 16 windows
  for (const [axis, places] of begins.entries()) {
    assert.equal((places.at(-1) ?? 0) + size[axis], scan[axis]);
    for (const [at, place] of places.slice(1).entries()) assert.ok(place - places[at] <= size[axis] / 2);
  }
  const phantom = resolveConfig({ benchmark: "phantom-la", preset: "mini" }).data;
  assert.deepEqual([phantom.patch, phantom.stride], ["64x64x48", "48x48x24"]);
});
