import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { takeFrom } from "../../lib/images/augment/mix.js";
import { batch, fingerprint, run, trial } from "./trial.js";

before(() => startEngine());

test("labels go where the pixels of their mixed images went: it is training on the mixed images and labels", async () => {
  const mixed = trial("supervised", { options: { mixing: "cutmix" } });
  const plain = trial("supervised");
  for (let step = 0; step < 3; step++) {
    const given = mixed.batch(step);
    const { image, sources = new Int32Array() } = given.views.strong;
    const label = tf.tensor(takeFrom(given.arrays.label, sources, -1), given.label.shape, "int32");
    assert.notDeepEqual(await image.data(), await given.image.data());
    assert.notDeepEqual(await label.data(), await given.label.data());
    const terms = [await mixed.step(given), await plain.step({ ...given, image, label, views: {} })];
    const [own, byHand] = await Promise.all(terms.map(({ loss }) => loss.data()));
    assert.deepEqual(own, byHand);
  }
  assert.equal(await fingerprint(mixed), await fingerprint(plain));
});

test("what is cut out is no pixel to learn from, and jitter leaves the labels alone", async () => {
  const cut = trial("supervised", { options: { mixing: "cutout" } }).batch(0);
  assert.ok(cut.views.strong.sources?.some((from) => from < 0));
  const jittered = trial("supervised", { options: { photometric: true } }).batch(0);
  assert.equal(jittered.views.strong.sources, undefined);
  assert.deepEqual(trial("supervised").batch(0).views, {});
  assert.equal(batch(0).labeled, 2);
});

test("mixing and jitter leave no tensors behind, and learn", async () => {
  const trainer = trial("supervised", { steps: 100, options: { mixing: "cutmix", photometric: true } });
  const [first] = await run(trainer, 2);
  const before = tf.memory().numTensors;
  const rows = await run(trainer, 38, {}, 2);
  assert.equal(tf.memory().numTensors, before);
  assert.ok(rows[rows.length - 1].loss < 0.8 * first.loss, `${first.loss} to ${rows[rows.length - 1].loss}`);
});
