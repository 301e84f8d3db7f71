import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { maskSeeds } from "../../lib/engine/ops/dropout.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import {
  channelDropout,
  elementDropout,
  featureDrop,
  featureNoise,
  type Perturbation,
} from "../../lib/methods/perturbations.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose, sizeOf } from "../engine/numbers.js";

before(() => startEngine());

const seeds = (name: string | number) => maskSeeds(0, "perturbations", name);

/** A map of positive values. */
const positive = (shape: number[]) => {
  const rng = stream(0, "map");
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.uniform(1, 2)),
    shape,
  );
};

/** By how much each value of a map is multiplied. */
const factors = async (perturb: Perturbation, map: tf.Tensor, name: string | number = 0) =>
  Float32Array.from(await perturb(map, seeds(name)()).div(map).data());

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

for (const shape of [
  [3, 16, 12, 8],
  [2, 8, 6, 4, 8],
])
  test(`F-Noise multiplies every feature by a number from 0.7 to 1.3, the same in all images of the batch (${shape.length - 2}D)`, () =>
    inEveryForm(async (form) => {
      const found = await factors(featureNoise(0.3), positive(shape));
      const one = found.slice(0, found.length / shape[0]);
      for (let image = 1; image < shape[0]; image++)
        assertClose(found.slice(image * one.length, (image + 1) * one.length), one, 1e-6, `${form}: image ${image}`);
      const [least, largest] = [Math.min(...one), Math.max(...one)];
      assert.ok(least >= 0.7 - 1e-6 && least < 0.71 && largest <= 1.3 + 1e-6 && largest > 1.29, `${least} ${largest}`);
      // six standard errors of a mean and of a mean square; U(−r, r) has the variance r²/3 and the fourth moment r⁴/5
      const bound = 6 / Math.sqrt(one.length);
      assert.ok(Math.abs(mean(one) - 1) < 0.3 * Math.sqrt(1 / 3) * bound, `${form}: mean ${mean(one)}`);
      const variance = mean(one.map((value) => (value - 1) ** 2));
      assert.ok(Math.abs(variance - 0.03) < 0.09 * Math.sqrt(1 / 5 - 1 / 9) * bound, `${form}: variance ${variance}`);
    }));

test("dropout removes a share of the single values and keeps the mean", () =>
  inEveryForm(async (form) => {
    const shape = [2, 24, 20, 8];
    const found = await factors(elementDropout(0.3), positive(shape));
    const isDropped = found.map((factor) => (factor === 0 ? 1 : 0));
    for (const factor of found) assert.ok(factor === 0 || Math.abs(factor - 1 / 0.7) < 1e-5, `${form}: ${factor}`);
    assert.ok(
      Math.abs(mean(isDropped) - 0.3) < 6 * Math.sqrt((0.3 * 0.7) / found.length),
      `${form}: ${mean(isDropped)}`,
    );
    for (let channel = 0; channel < 8; channel++) {
      const share = mean(isDropped.filter((_, at) => at % 8 === channel)); // no channel goes as a whole
      assert.ok(Math.abs(share - 0.3) < 6 * Math.sqrt((0.3 * 0.7) / (found.length / 8)), `${form}: ${share}`);
    }
  }));

for (const shape of [
  [40, 4, 3, 8],
  [40, 4, 3, 2, 8],
])
  test(`dropout of channels removes a share of each image's channels whole and keeps the mean (${shape.length - 2}D)`, () =>
    inEveryForm(async (form) => {
      const found = await factors(channelDropout(0.4), positive(shape));
      const places = sizeOf(shape) / 320;
      const channels = Array.from({ length: 320 }, (_, at) =>
        Array.from({ length: places }, (_, place) => found[(Math.floor(at / 8) * places + place) * 8 + (at % 8)]),
      );
      for (const channel of channels)
        assert.ok(
          channel.every((factor) => Math.abs(factor - channel[0]) < 1e-5),
          form,
        );
      const kept = channels.filter(([factor]) => factor !== 0);
      for (const [factor] of kept) assert.ok(Math.abs(factor - 1 / 0.6) < 1e-5, `${form}: ${factor}`);
      assert.ok(Math.abs(kept.length / 320 - 0.6) < 6 * Math.sqrt((0.4 * 0.6) / 320), `${form}: ${kept.length}`);
    }));

// Means over the channels: first image 1, 4, 5, 2 (γ·max = 4), second −1, 0.3, 0.5, 0.1 (0.4).
// The places at 4 or more go from the first, those at 0.4 or more from the second, whole.
test("F-Drop removes the most active places of each image, with all their channels, and no gradient passes there", () =>
  inEveryForm(async (form) => {
    const map = tf.tensor([0, 2, 9, -1, 5, 5, 1, 3, -3, 1, 0.6, 0, 0.8, 0.2, 0.2, 0], [2, 2, 2, 2]);
    const kept = [1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1];
    const drop = featureDrop({ from: 0.8, to: 0.8 });
    const values = await map.data();
    const weights = Array.from(values, (_, at) => at + 1);
    const { terms, gradients } = lossAndGradients([map], () => {
      const dropped = drop(map, seeds(0)());
      return { loss: dropped.mul(tf.tensor(weights, map.shape)).sum<tf.Scalar>() };
    });
    const rest = Array.from(values, (value, at) => value * kept[at]);
    assertClose(await drop(map, seeds(0)()).data(), rest, 1e-6, `${form}: values`);
    assertClose(
      await gradients[0].data(),
      weights.map((weight, at) => weight * kept[at]),
      1e-6,
      `${form}: gradient`,
    );
    assertClose(await terms.loss.data(), [rest.reduce((sum, value, at) => sum + value * weights[at], 0)], 1e-5, form);
  }));

test("F-Drop's share of the maximum is drawn evenly from its range, once for the batch", () =>
  inEveryForm(async (form) => {
    // Places of activation 1, 2, … 1000, in the second image three times that: γ is told by how many are kept.
    const ladder = Float32Array.from({ length: 2000 }, (_, at) => (at < 1000 ? at + 1 : 3 * (at - 999)));
    const map = tf.tensor(ladder, [2, 10, 10, 10, 1]);
    const draws = [];
    for (let at = 0; at < 60; at++) {
      const found = await factors(featureDrop({ from: 0.7, to: 0.9 }), map, at);
      const counts = [found.slice(0, 1000), found.slice(1000)].map(
        (image) => image.filter((kept) => kept === 1).length,
      );
      assert.ok(Math.abs(counts[0] - counts[1]) <= 1, `${form}: ${counts.join(" ")}`);
      draws.push(counts[0] / 1000);
    }
    assert.ok(
      draws.every((share) => share >= 0.699 && share <= 0.9),
      `${form}: ${draws.join(" ")}`,
    );
    assert.ok(Math.min(...draws) < 0.72 && Math.max(...draws) > 0.88, `${form}: ${draws.join(" ")}`);
    assert.ok(Math.abs(mean(draws) - 0.8) < (6 * 0.2) / Math.sqrt(12 * draws.length), `${form}: ${mean(draws)}`);
  }));

test("a perturbation follows from its seed alone", () =>
  inEveryForm(async (form) => {
    const map = positive([2, 8, 8, 4]);
    for (const perturb of [
      featureNoise(0.3),
      elementDropout(0.3),
      channelDropout(0.5),
      featureDrop({ from: 0.5, to: 0.9 }),
    ]) {
      assert.deepEqual(await factors(perturb, map), await factors(perturb, map), form);
      assert.notDeepEqual(await factors(perturb, map), await factors(perturb, map, 1), form);
    }
  }));
