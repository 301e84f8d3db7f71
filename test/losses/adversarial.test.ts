import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { fastGradientSign } from "../../lib/losses/adversarial.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

// Σ a x² has the slope 2ax: its sign is that of ax.
test("the fast gradient sign moves every value by ε to where the loss rises, and leaves those alone that it does not hang on", () =>
  inEveryForm(async (form) => {
    const image = tf.tensor([1, -2, 3, -0.5, 4, 0.1], [1, 1, 2, 3, 1]);
    const factors = tf.tensor([1, 100, -0.01, -2, 0, 5], image.shape);
    const moved = fastGradientSign(image, (x) => x.square().mul(factors).sum<tf.Scalar>(), { epsilon: 0.25 });
    assertClose(await moved.data(), [1.25, -2.25, 2.75, -0.25, 4, 0.35], 1e-6, form);
  }));
