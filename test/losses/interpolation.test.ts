import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { interpolate, interpolationConsistency } from "../../lib/losses/interpolation.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

test("images are interpolated each by its own share, slices and volumes alike", () =>
  inEveryForm(async (form) => {
    for (const size of [
      [2, 1],
      [1, 2, 1],
    ]) {
      const first = tf.tensor([1, 2, 3, 4], [2, ...size, 1]);
      const second = tf.tensor([5, 6, 7, 8], [2, ...size, 1]);
      const mixed = interpolate(first, second, tf.tensor1d([0.25, 1]));
      assertClose(await mixed.data(), [2, 3, 7, 8], 1e-6, form);
    }
  }));

// Two images of two pixels and three classes.
const mixed = () => tf.tensor([1, 0, -1, 0, 2, 0.5, 0.3, -0.2, 0.1, 1.5, 0, 0], [2, 2, 1, 3]);
const pair = () =>
  [
    tf.tensor([0.5, 0.5, 0, 1, 1, -1, 2, -1, 0, 0, 0, 3], [2, 2, 1, 3]),
    tf.tensor([1, 0, -1, -2, 0.5, 0, 0, 1, 0, 0.2, 0.4, -0.6], [2, 2, 1, 3]),
  ] as const;
const share = () => tf.tensor1d([0.25, 0.9]);

// Plain Python: sm = lambda r: [math.exp(v)/sum(map(math.exp, r)) for v in r]; mixed, first, second as lists [image][pixel][class], share = [.25, .9];
// sum((m - (1-l)*a - l*b)**2 for x, y, z, l in zip(mixed, first, second, share) for p, q, r in zip(x, y, z) for m, a, b in zip(sm(p), sm(q), sm(r)))/12;
// the slopes by central differences of 1e-6.
test("the loss is the mean squared difference from the interpolated distributions", () =>
  inEveryForm(async (form) => {
    const logits = mixed();
    const { terms, gradients } = lossAndGradients([logits], () => ({
      loss: interpolationConsistency(logits, pair(), share()),
    }));
    assertClose(await terms.loss.data(), [0.04196208977174501], 1e-5, form);
    const slopes = [
      [0.0117338, -0.0085473, -0.0031865, -0.0069114, 0.0103489, -0.0034375],
      [0.0070846, -0.0127847, 0.0057001, 0.0186642, -0.0115661, -0.0070981],
    ];
    assertClose(await gradients[0].data(), slopes.flat(), 1e-4, form);
  }));

test("on volumes its gradients are the slopes, and every backend gives the same", () =>
  checkLoss({
    name: "interpolation consistency of volumes",
    inputs: { mixed: { shape: [2, 3, 2, 2, 3] } },
    run: ({ mixed }) => {
      const wave = (from: number) => tf.cos(tf.range(from, from + 72)).reshape([2, 3, 2, 2, 3]);
      return interpolationConsistency(mixed, [wave(0), wave(72)], share());
    },
  }));
