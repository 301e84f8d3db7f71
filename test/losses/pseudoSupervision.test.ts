import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { pseudoSupervision } from "../../lib/losses/pseudoSupervision.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

const first = () => tf.tensor([1, 0, -1, 0, 2, 0.5], [1, 1, 2, 1, 3]);
const second = () => tf.tensor([2, -1, 0, 0, 0, 3], [1, 1, 2, 1, 3]); // classes 0 and 2; the first ones say 0 and 1

// Plain Python: sm = lambda r: [math.exp(v)/sum(map(math.exp, r)) for v in r],
// ce = lambda x, y: sum(-math.log(sm(r)[s.index(max(s))]) for r, s in zip(x, y))/len(x); ce(first, second), ce(second, first)
test("pseudo supervision is the mean cross entropy to the classes that the other finds likeliest", () =>
  inEveryForm(async (form) => {
    assertClose(await pseudoSupervision(first(), second()).data(), [1.1069808383367634], 1e-6, form);
    assertClose(await pseudoSupervision(second(), first()).data(), [1.6323844879886233], 1e-6, form);
  }));

// (softmax − one-hot class of the other)/2 of each pixel: [(p - (k == c))/2 for r, c in zip(first, (0, 2)) for k, p in enumerate(sm(r))]
test("it moves the one towards the other's classes, and the other not at all", () =>
  inEveryForm(async (form) => {
    const [one, other] = [first(), second()];
    const { gradients } = lossAndGradients([one, other], () => ({ loss: pseudoSupervision(one, other) }));
    const expected = [-0.16737952, 0.12236424, 0.04501529, 0.04981182, 0.36806236, -0.41787419];
    assertClose(await gradients[0].data(), expected, 1e-4, form);
    assertClose(await gradients[1].data(), [0, 0, 0, 0, 0, 0], 1e-6, form);
  }));
