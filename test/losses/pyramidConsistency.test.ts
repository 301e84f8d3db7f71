import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { pyramidConsistency } from "../../lib/losses/pyramidConsistency.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

test("its gradients are its slopes, and every backend gives the same", async () => {
  for (const shape of [
    [2, 3, 2, 3],
    [1, 2, 3, 2, 2],
  ])
    for (const uncertainty of ["fromMean", "toMean"] as const)
      await checkLoss({
        name: `pyramidConsistency ${shape.length} ${uncertainty}`,
        inputs: { first: { shape }, second: { shape }, third: { shape } },
        run: ({ first, second, third }) => pyramidConsistency([first, second, third], { uncertainty }),
      });
});

const outputs = () =>
  [
    [1, 0, -1, 0, 2, 0.5],
    [0.5, 0.5, 0, 1, 1, -1],
    [2, -1, 0, 0, 0, 3],
    [1, 0, -1, -2, 0.5, 0],
  ].map((values) => tf.tensor(values, [1, 2, 1, 3]));

// NumPy, float64, with p the four softmaxes of two pixels [2, 3] and m = sum(p)/4: d = (m*log(m/q)).sum(1, keepdims=True) for q in p (toMean: (q*log(q/m)).sum(…)),
// w = exp(-d), sum(((q - m)**2*w).mean()/(w.mean() + 1e-8) + d.mean())/4; slopes with respect to the first output by central differences of 1e-6
test("it is the mean over the outputs of the rectified squared distance to their mean and of the divergence from it", () =>
  inEveryForm(async (form) => {
    for (const [uncertainty, expected, slopes] of [
      ["fromMean", 0.29653380775368443, [-0.0018564, 0.0078119, -0.0059555, -0.0085462, 0.0372374, -0.0286912]],
      ["toMean", 0.23166084415649751, [0.0026447, 0.0022764, -0.004921, -0.0098183, 0.0334282, -0.0236098]],
    ] as const) {
      const given = outputs();
      const { terms, gradients } = lossAndGradients(given, () => ({
        loss: pyramidConsistency(given, { uncertainty }),
      }));
      assertClose(await terms.loss.data(), [expected], 1e-5, `${form}: ${uncertainty}`);
      assertClose(await gradients[0].data(), slopes, 1e-4, `${form}: ${uncertainty}`);
    }
  }));

test("outputs that agree cost nothing, and certain ones that contradict each other a finite amount", () =>
  inEveryForm(async (form) => {
    const [one] = outputs();
    const [nothing] = await pyramidConsistency([one, one, one, one]).data();
    assert.ok(Math.abs(nothing) < 1e-6, `${form}: ${nothing}`);
    const sure = [0, 1, 2, 0].map((of) => tf.oneHot([of, of], 3).mul(400).reshape([1, 2, 1, 3]));
    for (const uncertainty of ["fromMean", "toMean"] as const) {
      const { terms, gradients } = lossAndGradients(sure, () => ({ loss: pyramidConsistency(sure, { uncertainty }) }));
      const found = [...(await terms.loss.data()), ...(await tf.concat(gradients).data())];
      assert.ok(found.every(Number.isFinite), `${form}: ${found.join(" ")}`);
    }
  }));

// One pixel on which two outputs contradict each other beside one on which they nearly agree: unweighted, half of the mean square is the first pixel's.
test("a pixel on which the outputs contradict each other counts less in the squared distance", () =>
  inEveryForm(async (form) => {
    const [first, second] = [tf.tensor([6, 0, 1, 0], [1, 2, 1, 2]), tf.tensor([0, 6, 1.5, 0], [1, 2, 1, 2])];
    const p = [first, second].map((logits) => tf.softmax(logits));
    const mean = tf.addN(p).div(2);
    const divergences = p.map((one) => mean.mul(mean.div(one).log()).sum(-1));
    const squares = tf.addN(p.map((one) => one.sub(mean).square().mean())).div<tf.Scalar>(2);
    const loss = pyramidConsistency([first, second]);
    const rectified = loss.sub(tf.addN(divergences.map((one) => one.mean())).div(2));
    const [less, plain] = [(await rectified.data())[0], (await squares.data())[0]];
    assert.ok(less > 0 && less < plain / 2, `${form}: ${less} of ${plain}`);
  }));
