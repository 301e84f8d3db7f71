import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { certainConsistency, predictiveEntropy } from "../../lib/losses/certainConsistency.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

// Plain Python: [-sum(p*math.log(p + 1e-6) for p in row) for row in ([.7, .2, .1], [1/3, 1/3, 1/3], [.98, .01, .01], [1, 0, 0])]
test("the uncertainty is the entropy of the mean prediction, in nats; a certain class has none", () =>
  inEveryForm(async (form) => {
    const mean = tf.tensor2d([0.7, 0.2, 0.1, 1 / 3, 1 / 3, 1 / 3, 0.98, 0.01, 0.01, 1, 0, 0], [4, 3]);
    const expected = [0.8018155525515516, 1.0986092886726095, 0.11189905699143443, 0];
    assertClose(await predictiveEntropy(mean).data(), expected, 2e-6, form);
  }));

// Two images of two pixels and three classes, and the uncertainty of each pixel.
const student = () => tf.tensor([1, 0, -1, 0, 2, 0.5, 0.3, -0.2, 0.1, 1.5, 0, 0], [2, 2, 1, 3]);
const teacher = () => tf.tensor([0.5, 0.5, 0, 1, 1, -1, 2, -1, 0, 0, 0, 3], [2, 2, 1, 3]);
const uncertainty = () => tf.tensor1d([0.8, 0.4, 0.52, 0.1]);

// Plain Python: sm = lambda r: [math.exp(v)/sum(map(math.exp, r)) for v in r]; student, teacher as lists of four pixels, U = [.8, .4, .52, .1];
// L = lambda t, c: sum((p - q)**2 for x, y, u in zip(student, teacher, U) if u < t for p, q in zip(sm(x), sm(y)))/(c*sum(u < t for u in U) + 1e-16);
// L(.5, 2), L(.6, 3); the slopes of the first by central differences of 1e-6.
test("the loss is the squared difference where the uncertainty is below the threshold, and elsewhere nothing is learned", () =>
  inEveryForm(async (form) => {
    const [logits, target, spread] = [student(), teacher(), uncertainty()];
    const loss = (threshold: number, classes: number) =>
      certainConsistency(logits, target, spread, { threshold, classes });
    assertClose(await loss(0.6, 3).data(), [0.16631868335118855], 1e-5, form);
    const { terms, gradients } = lossAndGradients([logits], () => ({ loss: loss(0.5, 2) }));
    assertClose(await terms.loss.data(), [0.3043759816655766], 1e-5, form);
    const slopes = [0, 0, 0, -0.0271808, 0.0334315, -0.0062506, 0, 0, 0, 0.1033943, -0.0183662, -0.0850281];
    assertClose(await gradients[0].data(), slopes, 1e-4, form);
  }));

test("where every pixel is too uncertain the loss and its gradient are 0", () =>
  inEveryForm(async (form) => {
    const logits = student();
    const { terms, gradients } = lossAndGradients([logits], () => ({
      loss: certainConsistency(logits, teacher(), uncertainty(), { threshold: 0.1, classes: 3 }),
    }));
    assertClose(await terms.loss.data(), [0], 1e-12, form);
    assertClose(await gradients[0].data(), Array(12).fill(0), 1e-12, form);
  }));

test("on volumes its gradients are the slopes, and every backend gives the same", () =>
  checkLoss({
    name: "certain consistency of volumes",
    inputs: { student: { shape: [2, 3, 2, 2, 3] } },
    run: ({ student }) =>
      certainConsistency(
        student,
        tf.cos(tf.range(0, 72)).reshape([2, 3, 2, 2, 3]),
        tf.sin(tf.range(0, 24)) as tf.Tensor,
        { threshold: 0.3, classes: 3 },
      ),
  }));
