import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { calibration } from "../../lib/statistics/calibration.js";

test("bins compare confidence and accuracy; the error is the mean distance, weighted by how many a bin holds", () => {
  // of ten bins: 0.91 and 0.99 (one right of two), 1 (right, in the last bin too), 0.25 (wrong)
  const { bins, error } = calibration([0.91, 0.99, 1, 0.25], [1, 0, 1, 0], 10);
  assert.deepEqual(
    bins.map(({ from, share }) => [from, share]),
    [
      [0.2, 0.25],
      [0.9, 0.75],
    ],
  );
  assert.ok(Math.abs(bins[1].confidence - 2.9 / 3) < 1e-12 && Math.abs(bins[1].accuracy - 2 / 3) < 1e-12);
  assert.ok(Math.abs(error - (0.25 * 0.25 + 0.75 * (2.9 / 3 - 2 / 3))) < 1e-12);
});

test("confidences that are the chance of being right have hardly any error, the same ones halved have much", () => {
  const rng = stream(0, "calibration");
  const confidence = Array.from({ length: 20_000 }, () => rng.uniform(0.5, 1));
  const right = confidence.map((chance) => (rng.uniform() < chance ? 1 : 0));
  assert.ok(calibration(confidence, right).error < 0.02);
  const halved = confidence.map((chance) => chance / 2);
  assert.ok(calibration(halved, right).error > 0.3);
});
