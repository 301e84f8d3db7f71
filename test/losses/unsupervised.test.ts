import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { meanCrossEntropy } from "../../lib/engine/ops/crossEntropy.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { unsupervised } from "../../lib/losses/unsupervised.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

const labelsOf = (shape: number[], classes: number) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Int32Array.from({ length: size }, (_, i) => (i % 4 === 1 ? -1 : (i * 5) % classes)),
    shape,
    "int32",
  );
};
const confidences = (shape: number[]) =>
  tf
    .abs(
      tf.sin(
        tf.range(
          0,
          shape.reduce((a, b) => a * b, 1),
        ),
      ),
    )
    .reshape(shape);

for (const size of [
  [3, 4],
  [3, 2, 3],
])
  test(`unsupervised loss in ${size.length}D: the gradient is the slope, and every backend gives the same`, () =>
    checkLoss({
      name: `unsupervised ${size.length}D`,
      inputs: { logits: { shape: [2, ...size, 3] } },
      run: ({ logits }) =>
        unsupervised(logits, labelsOf([2, ...size], 3), confidences([2, ...size]), { threshold: 0.5 }),
    }));

test("one image of sure pixels is worth its cross entropy; of unsure ones, nothing; of half of each, half", () =>
  inEveryForm(async (form) => {
    const logits = tf
      .sin(tf.range(0, 2 * 6 * 3))
      .reshape([2, 2, 3, 3])
      .mul(3);
    const labels = tf
      .tensor(
        [
          [
            [0, 1, 2],
            [2, 1, 0],
          ],
        ],
        [1, 2, 3],
        "int32",
      )
      .tile([2, 1, 1]);
    const sure = (share: number) =>
      tf
        .tensor2d([[share > 0, share > 0.5].map(Number)])
        .reshape([1, 2, 1])
        .tile([1, 1, 3]);
    for (const [first, second] of [
      [1, 1],
      [0.5, 0.5],
      [1, 0],
      [0, 0],
    ]) {
      const loss = unsupervised(logits, labels, tf.concat([sure(first), sure(second)]));
      const parts = tf.split(logits, 2).map((part) => meanCrossEntropy(part, labels.slice(0, 1)));
      const expected = parts[0].mul(first).add(parts[1].mul(second)).div(2);
      assertClose(await loss.data(), await expected.data(), 1e-6, `${form}: ${first} and ${second}`);
    }
  }));

test("an image that is ignored as a whole changes nothing for the others, and gives no NaN", () =>
  inEveryForm(async (form) => {
    const logits = tf.variable(tf.cos(tf.range(0, 24)).reshape([2, 2, 2, 3]));
    const labels = tf.tensor([0, 1, 2, 0, -1, -1, -1, -1], [2, 2, 2], "int32");
    const confidence = tf.ones([2, 2, 2]);
    const { terms, gradients } = lossAndGradients([logits], () => ({
      loss: unsupervised(logits, labels, confidence, { empty: "nan" }),
    }));
    const alone = unsupervised(logits.slice(0, 1), labels.slice(0, 1), confidence.slice(0, 1));
    assertClose(await terms.loss.data(), await alone.data(), 1e-6, form);
    const slopes = Array.from(await gradients[0].data());
    assert.ok(
      slopes.slice(0, 12).every((value) => Number.isFinite(value) && value !== 0),
      form,
    );
    assert.deepEqual(new Set(slopes.slice(12)), new Set([0]), form);
  }));

test("weighted by the pixel, sure pixels alone teach, and the mean is over all that have a label", () =>
  inEveryForm(async (form) => {
    const logits = tf.variable(tf.sin(tf.range(0, 2 * 6 * 3)).reshape([2, 2, 3, 3]));
    const labels = [0, 1, 2, -1, 1, 0, 2, 2, -1, 0, 1, 1];
    const confidence = [1, 0.4, 0.6, 1, 0.5, 0, 0, 0.49, 0.5, 0.9, 0, 0.7];
    const { terms, gradients } = lossAndGradients([logits], () => ({
      loss: unsupervised(logits, tf.tensor(labels, [2, 2, 3], "int32"), tf.tensor(confidence, [2, 2, 3]), {
        threshold: 0.5,
        weighting: "pixel",
      }),
    }));
    const values = await logits.data();
    const teaches = labels.map((label, at) => label >= 0 && confidence[at] >= 0.5);
    const losses = labels.map((label, at) => {
      const own = [0, 1, 2].map((c) => values[3 * at + c]);
      return Math.log(own.reduce((sum, value) => sum + Math.exp(value), 0)) - own[label];
    });
    const expected = losses.filter((_, at) => teaches[at]).reduce((sum, loss) => sum + loss, 0) / 10; // ten have a label
    assertClose(await terms.loss.data(), [expected], 1e-6, form);
    const slopes = await gradients[0].data();
    for (const [at, taught] of teaches.entries())
      assert.equal(
        slopes.slice(3 * at, 3 * at + 3).every((slope) => slope === 0),
        !taught,
        `${form}: pixel ${at}`,
      );
  }));
