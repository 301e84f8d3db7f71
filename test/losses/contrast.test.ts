import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { gatherRows } from "../../lib/engine/ops/gather.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { type ContrastOptions, contrast } from "../../lib/losses/contrast.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import type { Operation } from "../engine/ops/operation.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

const own = Int32Array.from([0, 0, 6, 3, 2, 1, 4, 5, 6, 1, 1, 0]);

const forms: [string, ContrastOptions][] = [
  ["with shared negatives", {}],
  ["with own negatives", { own }],
  ["of dot products", { similarity: "dot", temperature: 2 }],
  ["of dot products with own negatives", { similarity: "dot", temperature: 2, own }],
];

const contrasts = forms.map(([name, options]): Operation => {
  const inputs = { queries: { shape: [4, 5] }, positive: { shape: [5] }, negatives: { shape: [7, 5] } };
  return {
    name: `contrast ${name}`,
    inputs,
    run: ({ queries, positive, negatives }) => contrast(queries, positive, negatives, options),
  };
});

for (const operation of contrasts)
  test(`${operation.name}: the gradients are the slopes, and every backend gives the same`, () => checkLoss(operation));

test("a query meets its positive at cosine s and m negatives at right angles: ln(1 + m·e^(−s/τ))", () =>
  inEveryForm(async (form) => {
    const query = tf.tensor2d([[3, 4, 0, 0]]);
    const positive = tf.tensor1d([2, 0, 0, 0]); // s = 0.6, whatever the lengths
    const negatives = tf.tensor2d([
      [0, 0, 1, 0],
      [0, 0, 0, 7],
      [0, 0, 0, 0],
    ]);
    const loss = contrast(query, positive, negatives, { temperature: 0.5 });
    assertClose(await loss.data(), [Math.log(1 + 3 * Math.exp(-0.6 / 0.5))], 1e-6, form);
    const dotted = contrast(query, positive, negatives, { temperature: 2, similarity: "dot" });
    assertClose(await dotted.data(), [Math.log(1 + 3 * Math.exp(-6 / 2))], 1e-6, `${form}: dot product`);
  }));

test("shared negatives and own ones have the same expected loss and gradient", () =>
  inEveryForm(async (form) => {
    const queries = tf.variable(tf.sin(tf.range(1, 7)).reshape([2, 3]));
    const positive = tf.tensor1d([1, -0.5, 0.2]);
    const keys = tf.cos(tf.range(1, 10).mul(2)).reshape([3, 3]);
    const pairs = [0, 1, 2].flatMap((first) => [0, 1, 2].map((second) => [first, second]));
    const expectation = async (losses: () => tf.Tensor[]) => {
      const { terms, gradients } = lossAndGradients([queries], () => ({
        loss: tf.stack(losses()).mean() as tf.Scalar,
      }));
      return [...(await terms.loss.data()), ...(await gradients[0].data())];
    };
    const shared = await expectation(() =>
      pairs.map((pair) => contrast(queries, positive, gatherRows(keys, tf.tensor1d(pair, "int32"))).mean()),
    );
    const separate = await expectation(() =>
      pairs.flatMap((first) =>
        pairs.map((second) =>
          contrast(queries, positive, keys, { own: Int32Array.from([...first, ...second]) }).mean(),
        ),
      ),
    );
    assertClose(shared, separate, 1e-5, form);
  }));

test("representations of zeros give numbers, and no gradient", () =>
  inEveryForm(async (form) => {
    const queries = tf.variable(tf.zeros([2, 3]));
    const { terms, gradients } = lossAndGradients([queries], () => ({
      loss: contrast(queries, tf.zeros([3]), tf.zeros([4, 3])).sum() as tf.Scalar,
    }));
    assertClose(await terms.loss.data(), [2 * Math.log(5)], 1e-6, form);
    assert.deepEqual(new Set(await gradients[0].data()), new Set([0]), form);
  }));
