import assert from "node:assert/strict";
import { before, test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { batchFeatureMeans, batchFeaturesAt } from "../../lib/methods/batchFeatures.js";
import type { FeatureMaps } from "../../lib/methods/forward.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

const [height, width] = [8, 12];
const size = height * width;
const maps = [
  [4, 6, 5],
  [8, 12, 3],
];
const rng = stream(0, "maps");
const noise = (shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.normal()),
    shape,
  );

/** Passes of some numbers of images, and the same images in one pass. */
function mapsOf(...counts: number[]): { apart: FeatureMaps[]; joint: FeatureMaps[] } {
  const apart = counts.map((images) => ({ images, features: maps.map((map) => noise([images, ...map])) }));
  const features = maps.map((_, level) => tf.concat(apart.map((pass) => pass.features[level])));
  return { apart, joint: [{ images: counts.reduce((a, b) => a + b), features }] };
}

test("a pixel's row is the same whether its image went through the network alone or with others, in whatever order it is asked for", async () => {
  const { apart, joint } = mapsOf(2, 3);
  const pixels = Int32Array.from({ length: 40 }, () => rng.integer(0, 5 * size)); // any order, some twice
  const rows = await batchFeaturesAt(apart, pixels).array();
  assert.deepEqual(rows, await batchFeaturesAt(joint, pixels).array());
  for (const [at, pixel] of pixels.entries())
    assertClose((await batchFeaturesAt(apart, Int32Array.of(pixel)).array())[0], rows[at], 1e-6, `pixel ${pixel}`);
});

test("a mean over weighted pixels is the weighted mean of their rows, and of no pixels it is zeros", async () => {
  const { apart, joint } = mapsOf(1, 2);
  const weights = Float32Array.from({ length: 3 * size * 3 }, (_, i) => (i % 3 === 2 ? 0 : rng.uniform()));
  const totals = [0, 1, 2].map((set) => weights.reduce((sum, weight, i) => sum + (i % 3 === set ? weight : 0), 0));
  const all = Int32Array.from({ length: 3 * size }, (_, i) => i);
  const rows = await batchFeaturesAt(joint, all).array();
  for (const maps of [apart, joint]) {
    const means = await batchFeatureMeans(maps, { weights, totals }).array();
    for (const set of [0, 1, 2]) {
      const expected = rows[0].map(
        (_, f) => rows.reduce((sum, row, i) => sum + weights[3 * i + set] * row[f], 0) / (totals[set] || 1),
      );
      assertClose(means[set], expected, 1e-5, `set ${set}`);
    }
    assert.deepEqual(
      means[2],
      means[2].map(() => 0),
    );
  }
});
