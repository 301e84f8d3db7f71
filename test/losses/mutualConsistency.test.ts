import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { mutualConsistency, sharpened } from "../../lib/losses/mutualConsistency.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

// Plain Python: S = lambda p, T: p**(1/T)/(p**(1/T) + (1 - p)**(1/T)); [S(p, T) for p in (0, .3, .45, .5, .6, 1)]
test("sharpening leaves 0, ½ and 1 where they are and moves what lies between away from ½", () =>
  inEveryForm(async (form) => {
    const p = tf.tensor1d([0, 0.3, 0.45, 0.5, 0.6, 1]);
    const sharp = [0, 0.00020899763468716994, 0.11850053134012871, 0.5, 0.9829540725450702, 1];
    assertClose(await sharpened(p).data(), sharp, 1e-5, form);
    const half = [0, 0.15517241379310345, 0.4009900990099009, 0.5, 0.6923076923076923, 1];
    assertClose(await sharpened(p, { temperature: 0.5 }).data(), half, 1e-6, form);
    assertClose(await sharpened(p, { temperature: 1 }).data(), await p.data(), 1e-6, form);
  }));

const pair = () =>
  [
    [1, 0, -1, 0, 2, 0.5],
    [2, -1, 0, 0.4, 0.5, 0],
  ].map((values) => tf.tensor(values, [1, 2, 1, 3]));

// Plain Python: sm = lambda r: [math.exp(v)/sum(map(math.exp, r)) for v in r]; first, second as lists of two pixels;
// L = lambda a, b: sum((p - S(q, .1))**2 + (q - S(p, .1))**2 for x, y in zip(a, b) for p, q in zip(sm(x), sm(y)))/6;
// the slopes by central differences of 1e-6; with third = [[0, 0, 1], [1, 1, 0]] the sum of L over the three pairs.
test("the loss is the squared difference of each prediction from the other's sharpened one, and both sides learn", () =>
  inEveryForm(async (form) => {
    const logits = pair();
    const { terms, gradients } = lossAndGradients(logits, () => ({ loss: mutualConsistency(logits) }));
    assertClose(await terms.loss.data(), [0.22072012596790655], 1e-5, form);
    const slopes = [
      [-0.039389, 0.032189, 0.0072, -0.0156472, 0.037732, -0.0220848],
      [-0.0109812, 0.0022142, 0.008767, 0.0708195, -0.1097959, 0.0389764],
    ];
    for (const [at, expected] of slopes.entries()) assertClose(await gradients[at].data(), expected, 1e-4, form);
    const third = tf.tensor([0, 0, 1, 1, 1, 0], [1, 2, 1, 3]);
    assertClose(await mutualConsistency([...logits, third]).data(), [1.2820203861512476], 1e-5, form);
  }));

test("certain predictions that agree have no loss, opposite ones 4/classes, and the gradients are numbers", () =>
  inEveryForm(async (form) => {
    const [first, second] = [tf.tensor2d([[500, 0, 0]]), tf.tensor2d([[0, 500, 0]])];
    assertClose(await mutualConsistency([first, first]).data(), [0], 1e-6, form);
    const { terms, gradients } = lossAndGradients([first, second], () => ({
      loss: mutualConsistency([first, second]),
    }));
    assertClose(await terms.loss.data(), [4 / 3], 1e-6, form);
    for (const gradient of gradients) assertClose(await gradient.data(), [0, 0, 0], 1e-6, form);
  }));

test("on volumes its gradients are the slopes, and every backend gives the same", () => {
  const shape = [2, 3, 2, 2, 3];
  return checkLoss({
    name: "mutual consistency of volumes",
    inputs: { first: { shape }, second: { shape } },
    run: ({ first, second }) => mutualConsistency([first, second], { temperature: 0.5 }),
  });
});
