import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { ntXent } from "../../lib/losses/ntXent.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";
import { first, second } from "./twoViews.js";

before(() => startEngine());

test("the gradients are the slopes, and every backend gives the same", () =>
  checkLoss({
    name: "NT-Xent",
    inputs: { first: { shape: [4, 5] }, second: { shape: [4, 5] } },
    run: ({ first, second }) => ntXent(first, second, { temperature: 0.5 }),
  }));

// NumPy, z the eight unit rows, s = z·zᵀ/τ, by loops: mean of −log(exp(s[i, other(i)]) / Σ_{k ≠ i} exp(s[i, k]))
test("each of the views is to find the other one of its image among all but itself", () =>
  inEveryForm(async (form) => {
    assertClose(await ntXent(first(), second(), { temperature: 0.5 }).data(), [1.270659], 1e-5, form);
    assertClose(await ntXent(first(), second()).data(), [1.587218], 1e-5, form);
  }));

test("of a single image there is nothing to tell its views from", () =>
  inEveryForm(async (form) => {
    assertClose(await ntXent(tf.tensor2d([[1, 2]]), tf.tensor2d([[3, -1]])).data(), [0], 1e-6, form);
  }));
