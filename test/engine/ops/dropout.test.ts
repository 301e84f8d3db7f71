import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../../lib/engine/gradients.js";
import { activatedNorm } from "../../../lib/engine/ops/activatedNorm.js";
import { leakyRelu } from "../../../lib/engine/ops/activation.js";
import { batchNorm, type Norm } from "../../../lib/engine/ops/batchNorm.js";
import { dropout, type MaskSeed, maskSeeds } from "../../../lib/engine/ops/dropout.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { inEveryForm } from "../forms.js";
import { assertClose } from "../numbers.js";

before(() => startEngine());

const identity = (channels: number): Norm => ({
  scale: tf.variable(tf.ones([channels])) as tf.Variable,
  offset: tf.variable(tf.zeros([channels])) as tf.Variable,
  mean: tf.variable(tf.zeros([channels])) as tf.Variable,
  variance: tf.variable(tf.fill([channels], 1 - 1e-5)) as tf.Variable,
});

/** The mask alone, as dropout draws it and as it is drawn together with normalisation (which here changes nothing). */
const masks: Record<string, (shape: number[], rate: number, seed: MaskSeed) => tf.Tensor> = {
  dropout: (shape, rate, seed) => dropout(tf.ones(shape), rate, seed),
  activatedNorm: (shape, rate, seed) =>
    activatedNorm(tf.ones(shape), identity(shape[shape.length - 1]), { training: false, rate, seed }),
};

/** Whether each value was kept. */
const kept = async (mask: tf.Tensor) => Array.from(await mask.data(), (value) => value !== 0);

const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length;

test("dropout keeps each value with probability 1 − rate, independently, and divides it by that", () =>
  inEveryForm(async (form) => {
    for (const [name, mask] of Object.entries(masks)) {
      const [shape, rate, count] = [[2, 60, 50, 20], 0.3, 120_000];
      const drawn = mask(shape, rate, [1, 2]);
      for (const value of await drawn.data())
        assert.ok(value === 0 || Math.abs(value - 1 / (1 - rate)) < 1e-6, `${form} ${name}: ${value}`);
      const flags = await kept(drawn);
      const deviation = Math.sqrt((rate * (1 - rate)) / count);
      assert.ok(Math.abs(share(flags) - (1 - rate)) < 4 * deviation, `${form} ${name}: kept ${share(flags)}`);
      // Independent neighbours, along channels, rows and images, are both kept with probability (1 − rate)².
      for (const lag of [1, 20, 1000, 60_000]) {
        const both = share(flags.slice(lag).map((flag, i) => flag && flags[i]));
        assert.ok(
          Math.abs(both - (1 - rate) ** 2) < 5 * Math.sqrt(0.25 / (count - lag)),
          `${form} ${name}: both of two values ${lag} apart are kept in ${both}`,
        );
      }
    }
  }));

test("the mask of each seed, step, network and layer is its own, and always the same", () =>
  inEveryForm(async (form) => {
    for (const [name, mask] of Object.entries(masks)) {
      const layers = (seeds: () => MaskSeed) => [seeds(), seeds()];
      const names: [number, string, number][] = [
        [0, "student", 7],
        [1, "student", 7],
        [0, "teacher", 7],
        [0, "student", 8],
      ];
      const seeds = names.flatMap(([seed, network, step]) => layers(maskSeeds(seed, network, step)));
      const drawn = await Promise.all(seeds.map((seed) => kept(mask([1, 40, 50, 10], 0.5, seed))));
      for (const [i, flags] of drawn.entries()) {
        assert.deepEqual(
          await kept(mask([1, 40, 50, 10], 0.5, seeds[i])),
          flags,
          `${form} ${name}: mask ${i} drawn again`,
        );
        for (const [j, others] of drawn.slice(0, i).entries()) {
          const agreement = share(flags.map((flag, at) => flag === others[at]));
          assert.ok(
            Math.abs(agreement - 0.5) < 5 * Math.sqrt(0.25 / 20_000),
            `${form} ${name}: masks ${i} and ${j} agree on ${agreement}`,
          );
        }
      }
    }
  }));

test("dropout of whole channels keeps or drops a channel of an image everywhere", () =>
  inEveryForm(async (form) => {
    const [images, height, width, channels] = [30, 3, 4, 50];
    const flags = await kept(dropout(tf.ones([images, height, width, channels]), 0.5, [3, 4], { channels: true }));
    const first = flags.filter((_, i) => i % (height * width * channels) < channels);
    for (const [i, flag] of flags.entries())
      assert.equal(flag, first[Math.floor(i / (height * width * channels)) * channels + (i % channels)], form);
    assert.ok(
      Math.abs(share(first) - 0.5) < 4 * Math.sqrt(0.25 / (images * channels)),
      `${form}: kept ${share(first)}`,
    );
  }));

test("rate 0 drops nothing", () =>
  inEveryForm(async () => assert.deepEqual([...(await dropout(tf.tensor1d([1, -2]), 0, [1, 2]).data())], [1, -2])));

test("normalisation, activation and dropout in one give the same as one after the other", () =>
  inEveryForm(async (form) => {
    const shape = [3, 9, 7, 19];
    const values = Float32Array.from({ length: 3 * 9 * 7 * 19 }, (_, i) => Math.sin(i * i) * 3);
    const results = [];
    let mask: tf.Tensor | undefined; // found in the result of the first
    const together = (x: tf.Tensor, norm: Norm) => activatedNorm(x, norm, { training: true, rate: 0.4, seed: [5, 6] });
    const apart = (x: tf.Tensor, norm: Norm) => leakyRelu(batchNorm(x, norm, { training: true })).mul(mask ?? 1);
    for (const run of [together, apart]) {
      const norm = identity(19);
      const x = tf.variable(tf.tensor(values, shape));
      const { terms, gradients } = lossAndGradients([x, norm.scale, norm.offset], () => {
        const y = tf.keep(run(x, norm));
        return { loss: y.mul(tf.tensor(values, shape)).sum() as tf.Scalar, y: y as tf.Scalar };
      });
      mask ??= terms.y.notEqual(0).cast("float32").div(0.6);
      results.push(await Promise.all([terms.y, ...gradients, norm.mean, norm.variance].map((tensor) => tensor.data())));
    }
    for (const [i, values] of results[0].entries()) assertClose(values, results[1][i], 1e-5, `${form}: result ${i}`);
  }));
