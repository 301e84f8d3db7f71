import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clippedZScore, minMax, standardisedPatch } from "../../lib/benchmarks/intensity.js";
import { stream } from "../../lib/engine/random.js";
import { Problem } from "../../lib/problem.js";

const volume = (values: number[]) => ({
  data: Float32Array.from(values),
  shape: [1, 1, values.length] as const,
  spacingMm: [1, 1, 1] as const,
  affine: [],
  path: "scan.nii",
});
const values = fc
  .array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 400 })
  .filter((list) => new Set(list.map((value) => value + 0)).size > 1);

test("min–max runs from 0 to 1 and keeps ratios", () => {
  fc.assert(
    fc.property(values, (list) => {
      const scaled = minMax(volume(list));
      const [low, high] = [Math.min(...list), Math.max(...list)];
      assert.deepEqual(
        scaled,
        Float32Array.from(list, (value) => (value - low) / (high - low)),
      );
    }),
  );
});

test("clipped z-scores equal those by sorting", () => {
  fc.assert(
    fc.property(values, (list) => {
      const sorted = [...list].sort((a, b) => a - b);
      const at = (percent: number) => {
        const place = (percent / 100) * (sorted.length - 1);
        return sorted[Math.floor(place)] + (place % 1) * (sorted[Math.ceil(place)] - sorted[Math.floor(place)]);
      };
      const clipped = list.map((value) => Math.min(at(99.5), Math.max(at(0.5), value)));
      const mean = clipped.reduce((sum, value) => sum + value, 0) / list.length;
      const deviation = Math.sqrt(clipped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length);
      clippedZScore(volume(list)).forEach((score, i) => {
        assert.ok(Math.abs(score - (clipped[i] - mean) / deviation) < 1e-4);
      });
    }),
  );
});

test("a stray bright voxel changes next to nothing", () => {
  const rng = stream(0, "stray");
  const list = Array.from({ length: 20_000 }, () => rng.normal());
  const usual = clippedZScore(volume(list));
  const stray = clippedZScore(volume(list.map((value, i) => (i === 7 ? 1e6 : value))));
  assert.ok(usual.every((score, i) => i === 7 || Math.abs(score - stray[i]) < 0.01));
});

test("an image of one value is an error with its path", () => {
  for (const scale of [minMax, clippedZScore])
    assert.throws(
      () => scale(volume([3, 3, 3])),
      (error) => error instanceof Problem && /^scan.nii: .* 3, expected an image/.test(error.message),
    );
});

test("each channel of a patch gets mean 0 and standard deviation 1 of its own, and zeros where it is all alike", () => {
  assert.deepEqual(standardisedPatch(Float32Array.of(1, 3, 1, 3), 1), Float32Array.of(-1, 1, -1, 1));
  const patch = Float32Array.of(1, 10, 7, 3, 30, 7, 1, 30, 7, 3, 10, 7); // four voxels of three channels
  assert.deepEqual(standardisedPatch(patch, 3), Float32Array.of(-1, -1, 0, 1, 1, 0, -1, 1, 0, 1, -1, 0));
  assert.deepEqual(patch[0], 1, "what was given is as before");
});
