import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { meanCrossEntropy } from "../../lib/engine/ops/crossEntropy.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { dice } from "../../lib/losses/dice.js";
import { supervised } from "../../lib/losses/supervised.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { channelsFirst, channelsLast, type Printed } from "../torch.js";

/** Losses and their gradients of the reference implementation, see fixtures/README.md. */
interface Case {
  name: string;
  logits: Printed;
  labels: Printed;
  dice: number;
  grad_dice: Printed;
  ce: number;
  grad_ce: Printed;
}

before(() => startEngine());

for (const fixture of fixtures<{ cases: Case[] }>("dice_ce"))
  for (const expected of fixture.data.cases)
    test(`${fixture.name}, ${expected.name}: Dice, cross entropy, their sum and their gradients are the reference's`, () =>
      inEveryForm(async (form) => {
        const labels = tf.tensor(expected.labels.data, expected.labels.shape, "int32");
        const check = async (name: string, loss: typeof dice, value: number, gradient: number[]) => {
          const logits = tf.variable(channelsLast(expected.logits));
          const { terms, gradients } = lossAndGradients([logits], () => ({ loss: loss(logits, labels) }));
          assertClose(await terms.loss.data(), [value], 1e-5, `${form}: ${name}`);
          assertClose(await channelsFirst(gradients[0]), gradient, 1e-5, `${form}: gradient of ${name}`);
        };
        const { dice: diceValue, ce, grad_dice, grad_ce } = expected;
        await check("dice", dice, diceValue, grad_dice.data);
        await check("cross entropy", meanCrossEntropy, ce, grad_ce.data);
        const half = (values: number[], others: number[]) => values.map((value, i) => (value + others[i]) / 2);
        await check(
          "half their sum",
          (logits, truth) => supervised(logits, truth, { scale: 0.5 }),
          (diceValue + ce) / 2,
          half(grad_dice.data, grad_ce.data),
        );
      }));
