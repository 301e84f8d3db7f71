import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { meanCrossEntropy } from "../../lib/engine/ops/crossEntropy.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { attention, classSeparation } from "../../lib/losses/classSeparation.js";
import { consistency } from "../../lib/losses/consistency.js";
import { dice } from "../../lib/losses/dice.js";
import { softDice } from "../../lib/losses/softDice.js";
import { supervised } from "../../lib/losses/supervised.js";
import { forms, inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { assertEqualOutcome, gradientErrors, type Operation, outcome } from "../engine/ops/operation.js";

before(() => startEngine());

/** Classes in turn, every `every`-th pixel ignored. */
const labels = (shape: number[], classes: number, every = 4) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Int32Array.from({ length: size }, (_, i) => (i % every === 1 ? -1 : Math.floor(Math.abs(Math.sin(i)) * classes))),
    shape,
    "int32",
  );
};

const losses: Operation[] = [
  {
    name: "dice",
    inputs: { logits: { shape: [2, 3, 4, 3] } },
    run: ({ logits }) => dice(logits, labels([2, 3, 4], 3)),
  },
  {
    name: "plain dice",
    inputs: { logits: { shape: [2, 3, 4, 3] } },
    run: ({ logits }) => dice(logits, labels([2, 3, 4], 3), { form: "plain" }),
  },
  {
    name: "dice of the foreground",
    inputs: { logits: { shape: [2, 3, 4, 3] } },
    run: ({ logits }) => dice(logits, labels([2, 3, 4], 3), { over: "foreground" }),
  },
  {
    name: "softDice",
    inputs: { p: { shape: [2, 3, 2, 3], values: "positive" }, q: { shape: [2, 3, 2, 3], values: "positive" } },
    run: ({ p, q }) => softDice(p, q),
  },
  {
    name: "plain softDice of volumes",
    inputs: { p: { shape: [2, 3, 2, 2, 3], values: "positive" }, q: { shape: [2, 3, 2, 2, 3], values: "positive" } },
    run: ({ p, q }) => softDice(p, q, { form: "plain" }),
  },
  {
    name: "classSeparation",
    inputs: {
      pixels: { shape: [5, 4], values: "positive" },
      memory: { shape: [3, 4], values: "positive" },
      a: { shape: [5, 1] },
      b: { shape: [3, 1] },
    },
    run: ({ pixels, memory, a, b }) => classSeparation(pixels, memory, { pixels: attention(a), memory: attention(b) }),
  },
  {
    name: "supervised",
    inputs: { logits: { shape: [2, 3, 4, 4] } },
    run: ({ logits }) => supervised(logits, labels([2, 3, 4], 4)),
  },
  {
    name: "supervised of volumes",
    inputs: { logits: { shape: [2, 3, 2, 4, 2] } },
    run: ({ logits }) => supervised(logits, labels([2, 3, 2, 4], 2), { scale: 0.5 }),
  },
  {
    name: "supervised with the Dice of the foreground",
    inputs: { logits: { shape: [2, 3, 2, 4, 2] } },
    run: ({ logits }) => supervised(logits, labels([2, 3, 2, 4], 2), { scale: 0.5, dice: { over: "foreground" } }),
  },
  {
    name: "supervised of many pixels",
    inputs: { logits: { shape: [3, 70, 50, 4] } },
    run: ({ logits }) => supervised(logits, labels([3, 70, 50], 4)),
  },
  {
    name: "consistency",
    inputs: { student: { shape: [2, 3, 4, 3] } },
    run: ({ student }) => consistency(student, tf.cos(tf.range(0, 72)).reshape([2, 3, 4, 3])),
  },
  {
    name: "consistency of volumes",
    inputs: { student: { shape: [2, 3, 2, 2, 3] } },
    run: ({ student }) => consistency(student, tf.cos(tf.range(0, 72)).reshape([2, 3, 2, 2, 3])),
  },
];

for (const loss of losses)
  test(`${loss.name}: the gradients are the slopes, and every backend gives the same`, async () => {
    const composed = await forms.composed(() => outcome(loss));
    for (const form of ["own", "stock"] as const)
      assertEqualOutcome(await forms[form](() => outcome(loss)), composed, 1e-5, form);
    if (composed.gradients[Object.keys(loss.inputs)[0]].length > 1000) return;
    await inEveryForm(async (form) => {
      for (const [input, error] of Object.entries(await gradientErrors(loss, await outcome(loss))))
        assert.ok(error < 2e-4, `${form}: the gradient of ${input} is off by ${error}`);
    });
  });

// z = [[1, 0, -1], [0, 2, .5], [-1, .5, 1], [.3, .2, -.4]]; y = [0, 1, 2, 1]; plain Python, p[c] = [softmax(r)[c] for r in z]:
// sum(1 - (2*sum(a*(l == c) for a, l in zip(p[c], y)) + 1e-5)/(sum(a*a for a in p[c]) + y.count(c) + 1e-5) for c in (1, 2))/2, and of all three by 3
// and ½ (d + ce) with ce = -sum(log(r[l]) for r, l in zip(p, y))/4, where p[c] is a row
test("Dice with squares is averaged over all classes, or over the foreground alone, with cross entropy too", () =>
  inEveryForm(async (form) => {
    const logits = tf.tensor([1, 0, -1, 0, 2, 0.5, -1, 0.5, 1, 0.3, 0.2, -0.4], [1, 2, 2, 3]);
    const truth = tf.tensor([0, 1, 2, 1], [1, 2, 2], "int32");
    assertClose(await dice(logits, truth, { over: "foreground" }).data(), [0.20364155605494355], 1e-5, form);
    assertClose(await dice(logits, truth).data(), [0.19733066031992366], 1e-5, form);
    const both = (over: "all" | "foreground") => supervised(logits, truth, { scale: 0.5, dice: { over } }).data();
    assertClose(await both("foreground"), [0.3824432728767041], 1e-5, form);
    assertClose(await both("all"), [0.3792878250091941], 1e-5, form);
  }));

// z = [[.5, 1, -.5], [2, 0, 1], [0, -1, .3], [-1, .2, .4]]; y = [0, 1, 2, ignored]; plain Python:
// P = [[exp(v)/sum(map(exp, r)) for v in r] for r in z][:3]; d = [1 - 2*P[c][c]/(sum(r[c] for r in P) + 1) for c in range(3)]; (d[1] + d[2])/2
test("the plain Dice has sums for squares and leaves the background out", () =>
  inEveryForm(async (form) => {
    const logits = tf.tensor([0.5, 1, -0.5, 2, 0, 1, 0, -1, 0.3, -1, 0.2, 0.4], [1, 2, 2, 3]);
    const loss = dice(logits, tf.tensor([0, 1, 2, -1], [1, 2, 2], "int32"), { form: "plain", epsilon: 1e-8 });
    assertClose(await loss.data(), [0.6826384741699034], 1e-6, form);
  }));

test("ignored pixels count as if they were cut out", () =>
  inEveryForm(async (form) => {
    const given = labels([1, 6, 5], 3);
    const truth = Array.from(await given.data());
    const logits = Array.from({ length: 30 }, (_, i) => [Math.sin(i), Math.cos(3 * i), Math.sin(2 * i)]);
    const kept = truth.flatMap((label, i) => (label < 0 ? [] : [i]));
    for (const [name, loss] of Object.entries({ dice, meanCrossEntropy, supervised })) {
      const all = loss(tf.tensor(logits.flat(), [1, 6, 5, 3]), given);
      const cut = loss(
        tf.tensor(
          kept.flatMap((i) => logits[i]),
          [1, kept.length, 3],
        ),
        tf.tensor(
          kept.map((i) => truth[i]),
          [1, kept.length],
          "int32",
        ),
      );
      assertClose(await all.data(), await cut.data(), 1e-6, `${form}: ${name}`);
    }
  }));

test("where every pixel is ignored, cross entropy is 0, and nothing is NaN", () =>
  inEveryForm(async (form) => {
    const logits = tf.variable(tf.ones([1, 2, 3, 4]));
    const ignored = tf.fill([1, 2, 3], -1, "int32");
    for (const loss of [meanCrossEntropy, dice, supervised]) {
      const { terms, gradients } = lossAndGradients([logits], () => ({ loss: loss(logits, ignored) }));
      assert.equal((await terms.loss.data())[0], 0, form);
      assert.deepEqual(new Set(await gradients[0].data()), new Set([0]), form);
    }
  }));

test("a certain and right prediction has no loss; huge logits overflow nowhere", () =>
  inEveryForm(async (form) => {
    const truth = labels([2, 5, 5], 4, 1000);
    const sure = (sign: number) => tf.oneHot(truth, 4).mul(sign * 1e4) as tf.Tensor;
    for (const loss of [meanCrossEntropy, dice, supervised]) {
      const [value] = await loss(sure(1), truth).data();
      assert.ok(Math.abs(value) < 1e-4, `${form}: ${loss.name} of the truth is ${value}`);
      assert.ok(Number.isFinite((await loss(sure(-1), truth).data())[0]), `${form}: ${loss.name} of the opposite`);
    }
  }));

test("equal predictions agree; opposite ones differ by 2/classes", () =>
  inEveryForm(async (form) => {
    const [first, second] = [tf.tensor2d([[50, 0, 0]]), tf.tensor2d([[0, 50, 0]])];
    assert.equal((await consistency(first, first).data())[0], 0, form);
    assertClose(await consistency(first, second).data(), [2 / 3], 1e-6, form);
  }));
