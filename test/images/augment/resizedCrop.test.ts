import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { resizedCrop } from "../../../lib/images/augment/resizedCrop.js";

test("of a volume every slice along the last axis is cut as an image would be, all alike", () => {
  const [x, y, z] = [5, 6, 3];
  const rng = stream(0, "values");
  const values = Float32Array.from({ length: 2 * x * y * z }, () => rng.normal());
  const rngs = () => [0, 1].map((at) => stream(0, "crop", at));
  const whole = resizedCrop({ values, shape: [2, x, y, z, 1] }, rngs());
  for (let slice = 0; slice < z; slice++) {
    const of = (all: Float32Array) => all.filter((_, i) => i % z === slice);
    assert.deepEqual(of(whole), resizedCrop({ values: of(values), shape: [2, x, y, 1] }, rngs()));
  }
  assert.notDeepEqual(whole, values);
});
