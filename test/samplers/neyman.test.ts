import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { Problem } from "../../lib/problem.js";
import { neymanAllocation } from "../../lib/samplers/allocation.js";
import { groupsOf } from "../../lib/samplers/groups.js";
import { neyman } from "../../lib/samplers/neyman.js";
import { moments } from "../../lib/samplers/outcomes.js";
import { variances } from "../../lib/samplers/variance.js";
import { numbers, row } from "./samples.js";

const groups = groupsOf([0, 0, 0, 1, 1, 2, 2, 2, 2]);
const h = numbers(9, "neyman").map((value, i) => value * (1 + groups.label[i]));
const mean = h.reduce((sum, value) => sum + value, 0) / 9;
const { sd } = variances(h, groups, 5);

test("the Neyman draw is unbiased, with the variance Σ w_m² σ_m²/n_m, above the bound", () => {
  const counts = neymanAllocation(groups, sd, 5);
  const variance = [3, 2, 4].reduce((sum, size, m) => sum + ((size / 9) * sd[m]) ** 2 / counts[m], 0);
  const found = moments(
    (rng) => neyman(sd)(row(9), groups, 5, rng),
    ({ index, weight }) => index.reduce((sum, position, i) => sum + weight[i] * h[position], 0),
  );
  assert.ok(Math.abs(found.mean - mean) < 1e-6); // weights are of single precision
  assert.ok(Math.abs(found.variance - variance) < 1e-6 * variance);
  assert.ok(variance >= variances(h, groups, 5).neyman);
});

test("without replacement the Neyman draw stays unbiased, and refuses more draws than a group has pixels", () => {
  const draw = neyman([1, 1, 1]);
  const found = moments(
    (rng) => draw(row(9), groups, 4, rng, { replacement: false }),
    ({ index, weight }) => index.reduce((sum, position, i) => sum + weight[i] * h[position], 0),
  );
  assert.ok(Math.abs(found.mean - mean) < 1e-6);
  const rng = stream(0, "neyman");
  assert.throws(() => neyman([0, 1, 0])(row(9), groups, 8, rng, { replacement: false }), Problem);
});
