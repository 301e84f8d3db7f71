import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { crossConsistency } from "../../lib/losses/crossConsistency.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

const main = () => tf.tensor([1, 0, -1, 0, 2, 0.5], [1, 2, 1, 3]);
const others = () =>
  [
    [0.5, 0.5, 0, 1, 1, -1],
    [2, -1, 0, 0, 0, 3],
    [1, 0, -1, -2, 0.5, 0],
  ].map((values) => tf.tensor(values, [1, 2, 1, 3]));

// Plain Python: sm = lambda r: [math.exp(v)/sum(map(math.exp, r)) for v in r], main and others as lists of two pixels,
// mse = lambda x, y: sum((p - q)**2 for r, s in zip(x, y) for p, q in zip(sm(r), sm(s)))/6, sum(mse(x, main) for x in others)/3
test("cross consistency is the mean over the others of the mean squared difference to the main distributions", () =>
  inEveryForm(async (form) => {
    for (const stopGradient of [true, false])
      assertClose(await crossConsistency(main(), others(), { stopGradient }).data(), [0.0837324593787422], 1e-5, form);
  }));

// The same in Python, differentiated by central differences of 1e-6 with respect to the main logits and to the first of the others.
const slope = [0.0025057, -0.0001452, -0.0023605, -0.0100829, 0.0372174, -0.0271346];
const ofFirst = [-0.0110855, 0.0068401, 0.0042455, 0.017059, -0.016061, -0.000998];

test("the main prediction is a target without gradient, unless it is to follow the others", () =>
  inEveryForm(async (form) => {
    for (const stopGradient of [true, false]) {
      const [first, rest] = [main(), others()];
      const { gradients } = lossAndGradients([first, ...rest], () => ({
        loss: crossConsistency(first, rest, { stopGradient }),
      }));
      const expected = stopGradient ? slope.map(() => 0) : slope;
      assertClose(await gradients[0].data(), expected, 1e-4, `${form}: main`);
      assertClose(await gradients[1].data(), ofFirst, 1e-4, `${form}: first of the others`);
    }
  }));
