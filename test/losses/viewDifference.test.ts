import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { viewDifference } from "../../lib/losses/viewDifference.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

test("its gradients are its slopes, and every backend gives the same", () =>
  checkLoss({
    name: "viewDifference",
    inputs: { first: { shape: [1, 2, 3, 2, 3] }, second: { shape: [1, 2, 3, 2, 3] } },
    run: ({ first, second }) => viewDifference(first, second),
  }));

// NumPy, float64, p and q the softmaxes of two pixels: -(p*np.log(q)).sum(1).mean(); slopes by central differences of 1e-6
test("it is the mean cross entropy of the second distributions to the first", () =>
  inEveryForm(async (form) => {
    const [first, second] = [
      [1, 0, -1, 0, 2, 0.5],
      [2, -1, 0, 0, 0, 3],
    ].map((values) => tf.tensor(values, [1, 2, 1, 3]));
    const { terms, gradients } = lossAndGradients([first, second], () => ({ loss: viewDifference(first, second) }));
    assertClose(await terms.loss.data(), [1.843130326303568], 1e-6, form);
    const slopes = [
      [-0.3040971, 0.2552216, 0.0488755, 0.024545, 0.1813645, -0.2059095],
      [0.0892769, -0.1013592, 0.0120823, -0.0271726, -0.3454231, 0.3725957],
    ];
    for (const [at, expected] of slopes.entries()) assertClose(await gradients[at].data(), expected, 1e-5, form);
  }));
