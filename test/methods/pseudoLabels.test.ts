import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { availableIn, pseudoLabeled } from "../../lib/methods/pseudoLabels.js";
import { disposeBatch } from "../../lib/training/loop.js";
import { assertClose } from "../engine/numbers.js";
import { batch } from "./trial.js";

before(() => startEngine());

test("a pseudo label is the likeliest class, its confidence that class's probability, of the unlabelled images in their order", async () => {
  const given = batch(0, { labeled: 1, unlabeled: 2, imageSize: [2, 2] });
  const powers = [4, 1, 1, 2, 5, 1, 1, 1, 2, 6, 1, 1, 1, 1, 2, 3, 4, 3, 1, 8, 1, 2, 1, 1]; // e^logits of the eight pixels
  const logits = tf.tensor(powers.map(Math.log), [2, 2, 2, 3]);
  const { images, labels, confidence, shape } = await pseudoLabeled(given, logits);
  assert.deepEqual(images, given.arrays.image.subarray(4));
  assert.deepEqual(shape, [2, 2, 2, 1]);
  assert.deepEqual([...labels], [0, 1, 2, 0, 2, 1, 1, 0]);
  assertClose(confidence, [4 / 6, 5 / 8, 2 / 4, 6 / 8, 2 / 4, 4 / 10, 8 / 10, 2 / 4], 1e-6, "confidence");
  logits.dispose();
  disposeBatch(given);
});

test("given labels always take part, pseudo labels from a confidence on, ignored pixels never", () => {
  const truth = Int32Array.of(0, -1, 2);
  const view = { labels: Int32Array.of(1, 1, -1, 3), confidence: Float32Array.of(0.5, 0.49, 1, 1) };
  assert.deepEqual(availableIn(truth, view, { threshold: 0.5 }), Int32Array.of(0, -1, 2, 1, -1, -1, 3));
});
