import assert from "node:assert/strict";
import { test } from "node:test";
import { populationOf } from "../../lib/samplers/population.js";

test("a population is the raster order of the pixels that a mask has, over all images", () => {
  const { pixels, shape } = populationOf([0, 1, 0, 2, 0, 0, -1, 1], [2, 2]);
  assert.deepEqual([...pixels], [1, 3, 6, 7]);
  assert.deepEqual(shape, [2, 2]);
});
