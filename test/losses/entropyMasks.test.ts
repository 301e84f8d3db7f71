import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { entropy, entropyMasks, entropyPercent } from "../../lib/losses/entropyMasks.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

test("labelled pixels are in both masks, ignored ones in neither, of the others the surest and the least sure", () => {
  const labels = Int32Array.from([0, -1, 2, 1, 1, -1, 0, 2, 1, 3]);
  const entropies = Float32Array.from([0.5, 0.1, 0.0, 0.9, 0.3, 0.7, 0.2]); // the third is ignored
  // numpy.percentile([.5, .1, .9, .3, .7, .2], [20, 80]) gives .2 and .7
  const { low, high } = entropyMasks(labels, entropies, 20);
  assert.deepEqual([...low], [1, 0, 1, 0, 1, 0, 0, 0, 0, 1]);
  assert.deepEqual([...high], [1, 0, 1, 0, 0, 0, 1, 0, 1, 0]);
});

test("the percentile lies between its neighbours where it hits none", () => {
  const entropies = Float32Array.from([4, 1, 2, 3]);
  // numpy.percentile([4, 1, 2, 3], [35, 65]) gives 2.05 and 2.95
  const { low, high } = entropyMasks(new Int32Array(4), entropies, 35);
  assert.deepEqual([...low], [0, 1, 1, 0]);
  assert.deepEqual([...high], [1, 0, 0, 1]);
});

test("at 0 percent only the extremes are left, at 100 every pixel takes part", () => {
  const entropies = Float32Array.from([0.4, 0.1, 0.8, 0.6]);
  const at = (percent: number) => entropyMasks(new Int32Array(4), entropies, percent);
  assert.deepEqual(
    [[...at(0).low], [...at(0).high]],
    [
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ],
  );
  assert.deepEqual(
    [[...at(100).low], [...at(100).high]],
    [
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ],
  );
});

test("where every unlabelled pixel is ignored, the labelled ones are left", () => {
  const { low, high } = entropyMasks(Int32Array.from([1, -1, -1]), Float32Array.from([0.1, 0.2]), 20);
  assert.deepEqual(
    [[...low], [...high]],
    [
      [1, 0, 0],
      [1, 0, 0],
    ],
  );
});

test("the percentage falls from 20 to 0 in a straight line", () =>
  assert.deepEqual(
    [0, 25, 50, 100].map((epoch) => entropyPercent(epoch, 100)),
    [20, 15, 10, 0],
  ));

test("the entropy of even odds among C classes is ln C, of certainty 0, and never NaN", () =>
  inEveryForm(async (form) => {
    const logits = tf.tensor([0, 0, 0, 0, 900, 0, 0, 0, 5, 5, -900, -900], [1, 1, 3, 4]);
    assertClose(await entropy(logits).data(), [Math.log(4), 0, Math.log(2)], 1e-6, form);
  }));
