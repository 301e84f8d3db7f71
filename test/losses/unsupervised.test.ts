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
