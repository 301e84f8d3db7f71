import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { covariance, variance, vicregLoss } from "../../lib/losses/vicreg.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";
import { first, second } from "./twoViews.js";

before(() => startEngine());

test("the gradients are the slopes, and every backend gives the same", () =>
  checkLoss({
    name: "VICReg",
    inputs: { first: { shape: [5, 4] }, second: { shape: [5, 4] } },
    run: ({ first, second }) => vicregLoss(first.mul(0.5), second.mul(0.5)).loss,
  }));

// NumPy, x and y the rows of the two views: np.mean((x − y)**2); np.mean(np.maximum(0, 1 − np.sqrt(v.var(0, ddof=1) + 1e-4))) = 0.603522 and 0.649182;
// (np.sum(c**2) − np.sum(np.diag(c)**2))/3 with c = np.cov(v, rowvar=False) = 0.0241500 and 0.0069375
test("its terms are those of the paper, weighted 25, 25 and 1", () =>
  inEveryForm(async (form) => {
    const { loss, ...terms } = vicregLoss(first().mul(0.3), second().mul(0.3));
    assertClose(await terms.invariance.data(), [0.0825], 1e-5, form);
    assertClose(await terms.variance.data(), [(0.603522 + 0.649182) / 2], 1e-5, form);
    assertClose(await terms.covariance.data(), [0.02415 + 0.0069375], 1e-5, form);
    assertClose(await loss.data(), [17.752391], 1e-5, form);
    const some = vicregLoss(first(), second(), { variance: 0, covariance: 0, invariance: 2 });
    assertClose(await some.loss.data(), [(2 * 0.0825) / 0.09], 1e-5, form);
  }));

test("images that are all alike lack all variance, dimensions that say the same covary, and neither is lacking in what is spread", () =>
  inEveryForm(async (form) => {
    const alike = tf.ones([6, 3]);
    assertClose(await variance(alike).data(), [0.99], 1e-5, form); // 1 − √10⁻⁴
    assertClose(await covariance(alike).data(), [0], 1e-6, form);
    const signs = tf.tensor2d([
      [2, 2],
      [2, -2],
      [-2, 2],
      [-2, -2],
    ]);
    assert.deepEqual([...(await variance(signs).data()), ...(await covariance(signs).data())], [0, 0], form);
    const twice = tf.concat([signs.slice([0, 0], [4, 1]), signs.slice([0, 0], [4, 1])], 1);
    assertClose(await covariance(twice).data(), [(16 / 3) ** 2], 1e-5, form); // two of them over two dimensions
  }));
