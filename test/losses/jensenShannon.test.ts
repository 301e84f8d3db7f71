import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { jensenShannon } from "../../lib/losses/jensenShannon.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

test("its gradients are its slopes, and every backend gives the same", async () => {
  for (const shape of [
    [2, 3, 2, 3],
    [1, 2, 3, 2, 2],
  ])
    await checkLoss({
      name: `jensenShannon ${shape.length}`,
      inputs: { first: { shape }, second: { shape } },
      run: ({ first, second }) => jensenShannon(first, second),
    });
});

// NumPy, float64, p and q the softmaxes of two pixels: H = lambda p: -(p*np.log(p)).sum(1), (H((p + q)/2) - (H(p) + H(q))/2).mean(); slopes by central differences of 1e-6
test("it is the entropy of the mean distribution less the mean of both entropies, and both networks move", () =>
  inEveryForm(async (form) => {
    const given = [
      [1, 0, -1, 0, 2, 0.5],
      [2, -1, 0, 0, 0, 3],
    ].map((values) => tf.tensor(values, [1, 2, 1, 3]));
    const { terms, gradients } = lossAndGradients(given, () => ({ loss: jensenShannon(given[0], given[1]) }));
    assertClose(await terms.loss.data(), [0.1888352900988629], 1e-5, form);
    const first = [-0.0268892, 0.0305283, -0.0036391, 0.0003732, 0.0607211, -0.0610942];
    const second = [0.0118692, -0.0134756, 0.0016063, -0.0094021, -0.028476, 0.0378781];
    assertClose(await gradients[0].data(), first, 1e-5, form);
    assertClose(await gradients[1].data(), second, 1e-5, form);
  }));

test("it is ln 2 at most: where both are certain of different classes", () =>
  inEveryForm(async (form) => {
    const [one, other] = [0, 1].map((of) => tf.oneHot([of], 2).mul(400).reshape([1, 1, 1, 2]));
    assertClose(await jensenShannon(one, other).data(), [Math.LN2], 1e-6, form);
  }));
