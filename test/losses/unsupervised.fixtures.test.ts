import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { unsupervised } from "../../lib/losses/unsupervised.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { channelsFirst, channelsLast, type Printed } from "../torch.js";

/** The released loss on pseudo labels, see fixtures/README.md. */
interface Case {
  name: string;
  logits: Printed;
  target: Printed;
  confidence: Printed;
  strong_threshold: number;
  loss: number | "NaN";
  grad: Printed;
}

before(() => startEngine());

for (const { name, data } of fixtures<{ cases: Case[] }>("unsup_loss"))
  for (const expected of data.cases)
    test(`${name}, ${expected.name}: the loss and its gradient are the reference's`, () =>
      inEveryForm(async (form) => {
        const logits = tf.variable(channelsLast(expected.logits));
        const labels = tf.tensor(expected.target.data, expected.target.shape, "int32");
        const confidence = tf.tensor(expected.confidence.data, expected.confidence.shape);
        const run = (empty: "zero" | "nan") =>
          lossAndGradients([logits], () => ({
            loss: unsupervised(logits, labels, confidence, { threshold: expected.strong_threshold, empty }),
          }));
        for (const empty of ["zero", "nan"] as const) {
          const { terms, gradients } = run(empty);
          const [loss] = await terms.loss.data();
          if (expected.loss !== "NaN") {
            assertClose([loss], [expected.loss], 1e-5, `${form}: loss`);
            assertClose(await channelsFirst(gradients[0]), expected.grad.data, 1e-4, `${form}: gradient`);
          } else if (empty === "nan") assert.ok(Number.isNaN(loss), form);
          else {
            assert.equal(loss, 0, form);
            assert.deepEqual(new Set(await gradients[0].data()), new Set([0]), form);
          }
        }
      }));
