import assert from "node:assert/strict";
import { before, test } from "node:test";
import { activatedNorm } from "../../../lib/engine/ops/activatedNorm.js";
import { batchNorm, type Norm } from "../../../lib/engine/ops/batchNorm.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { inEveryForm } from "../forms.js";
import { assertClose } from "../numbers.js";

before(() => startEngine());

const makeNorm = (): Norm => ({
  scale: tf.variable(tf.tensor1d([1.5, -0.5])),
  offset: tf.variable(tf.tensor1d([0.25, 1])),
  mean: tf.variable(tf.zeros([2])) as tf.Variable,
  variance: tf.variable(tf.ones([2])) as tf.Variable,
});

/** [2, 2, 3, 2] */
const image = () =>
  tf.tensor(
    Float32Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.3) * 3 + (i % 2)),
    [2, 2, 3, 2],
  );

/** Batch norm in its two spellings, the second with an activation that does nothing. */
const spellings: (typeof batchNorm)[] = [
  batchNorm,
  (x, norm, options) => activatedNorm(x, norm, { ...options, slope: 1 }),
];

// import math, torch
// x = torch.tensor([math.sin(i*1.3)*3 + i%2 for i in range(24)], dtype=torch.float64).reshape(2,2,3,2).permute(0,3,1,2)
// n = torch.nn.BatchNorm2d(2).double(); n.weight.data[:] = torch.tensor([1.5,-0.5]); n.bias.data[:] = torch.tensor([0.25,1.])
// n(x); print(n(x).permute(0,2,3,1), n.running_mean, n.running_var); n.eval(); print(n(x).permute(0,2,3,1)[0])
const trained = [
  0.23016289, 0.33060054, 1.3421984, 1.4789991, -1.6756186, 0.85109509, 2.3842128, 0.77878427, -1.5556179, 1.5306129,
  1.1365439, 0.31445672, 0.46260823, 1.6468492, -1.0745778, 0.57958113, 2.2337527, 1.0762487, -1.8988037, 1.2923391,
  1.875148, 0.42534065, -0.4600091, 1.6950927,
];
const runningMean = [0.0052416071, 0.19057237];
const runningVariance = [1.7119626, 1.7742802];
const evaluated = [
  0.24399093, -0.38890133, 2.0169305, 1.4706635, -2.7944331, 0.45391875, 3.678234, 0.33682817, -2.6031137, 1.5542401,
  1.6890516, -0.41504249,
];

test("batch norm and its running statistics are PyTorch's, the variance unbiased", () =>
  inEveryForm(async (form) => {
    for (const run of spellings) {
      const norm = makeNorm();
      run(image(), norm, { training: true });
      assertClose(await run(image(), norm, { training: true }).data(), trained, 1e-6, `${form}: training`);
      assertClose(await norm.mean.data(), runningMean, 1e-6, `${form}: running mean`);
      assertClose(await norm.variance.data(), runningVariance, 1e-6, `${form}: running variance`);
      assertClose(
        (await run(image(), norm, { training: false }).data()).slice(0, 12),
        evaluated,
        1e-6,
        `${form}: evaluation`,
      );
    }
  }));

test("the rows of an image are normalised as the image is", () =>
  inEveryForm(async (form) => {
    for (const run of spellings)
      for (const training of [true, false]) {
        const [ofImage, ofRows] = [makeNorm(), makeNorm()];
        const expected = run(image(), ofImage, { training });
        const actual = run(image().reshape([12, 2]), ofRows, { training });
        assert.deepEqual(actual.shape, [12, 2]);
        assertClose(await actual.data(), await expected.data(), 1e-6, `${form}: output`);
        assertClose(await ofRows.variance.data(), await ofImage.variance.data(), 1e-6, `${form}: running variance`);
      }
  }));

test("a bias in front equals the same bias added to the image", () =>
  inEveryForm(async (form) => {
    for (const run of spellings)
      for (const training of [true, false]) {
        const [given, added] = [makeNorm(), makeNorm()];
        const bias = tf.tensor1d([0.7, -2]);
        const actual = run(image(), given, { training, bias });
        const expected = run(image().add(bias), added, { training });
        assertClose(await actual.data(), await expected.data(), 1e-5, `${form}: output`);
        assertClose(await given.mean.data(), await added.mean.data(), 1e-5, `${form}: running mean`);
        assertClose(await given.variance.data(), await added.variance.data(), 1e-5, `${form}: running variance`);
      }
  }));

test("without tracking, training leaves the running statistics as they are", () =>
  inEveryForm(async (form) => {
    for (const run of spellings) {
      const norm = makeNorm();
      run(image(), norm, { training: true, track: false });
      assert.deepEqual([...(await norm.mean.data()), ...(await norm.variance.data())], [0, 0, 1, 1], form);
    }
  }));
