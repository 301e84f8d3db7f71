import assert from "node:assert/strict";
import { before, test } from "node:test";
import { flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import {
  type Activation,
  embeddingPredictor,
  globalProjector,
  localProjector,
  project,
  projector,
} from "../../lib/heads/projection.js";
import { forms, inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { assertEqualOutcome, gradientErrors, type Operation, outcome } from "../engine/ops/operation.js";

before(() => startEngine());

const shapes = (head: Parameters<typeof flatten>[0]) =>
  Object.fromEntries(Object.entries(flatten(head)).map(([path, { shape }]) => [path, shape]));

test("the widths are those of the released heads for 256 channels and 4 classes", () => {
  const widths = (inputs: number, hidden: number, outputs: number) => ({
    "first.weight": [inputs, hidden],
    "first.bias": [hidden],
    "second.weight": [hidden, outputs],
    "second.bias": [outputs],
  });
  const rng = stream(0, "widths");
  assert.deepEqual(shapes(globalProjector(rng, 256)), widths(256, 256, 512));
  assert.deepEqual(shapes(localProjector(rng, 4)), widths(4, 8, 4));
  assert.deepEqual(shapes(embeddingPredictor(rng, 512)), widths(512, 512, 512));
  assert.deepEqual(shapes(projector(rng, 256, 256, 128)), widths(256, 256, 128)); // of the frameworks, ours
});

test("weights and biases begin uniform within ±1/√inputs", async () => {
  const inputs = 200;
  for (const variable of Object.values(flatten(globalProjector(stream(0, "init"), inputs, inputs)))) {
    const values = Array.from(await variable.data(), (value) => value * Math.sqrt(inputs));
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    assert.ok(largest <= 1 && largest > 0.97, `largest ${largest}`);
    assert.ok(Math.abs(square - 1 / 3) < 4 * Math.sqrt(4 / 45 / values.length), `mean square ${square}`); // 4 standard errors
  }
});

const fixed = (name: string, shape: number[]) => {
  const rng = stream(0, "fixed", name);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal());
};

const slope = { leakyRelu: 0.2, relu: 0, none: 1 };

test("a head is two matrices with biases, and what is negative between them is cut off by ReLU, and made smaller by its leaky form", () =>
  inEveryForm(async (form) => {
    const [n, inputs, hidden, outputs] = [5, 3, 7, 2];
    const [w1, b1, w2, b2] = [
      fixed("w1", [inputs, hidden]),
      fixed("b1", [hidden]),
      fixed("w2", [hidden, outputs]),
      fixed("b2", [outputs]),
    ];
    const head = {
      first: { weight: tf.variable(tf.tensor(w1, [inputs, hidden])), bias: tf.variable(tf.tensor(b1)) },
      second: { weight: tf.variable(tf.tensor(w2, [hidden, outputs])), bias: tf.variable(tf.tensor(b2)) },
    };
    const rows = fixed("rows", [n, inputs]);
    for (const activation of ["leakyRelu", "relu", "none"] as const) {
      const expected: number[] = [];
      for (let row = 0; row < n; row++)
        for (let out = 0; out < outputs; out++) {
          let sum = b2[out];
          for (let h = 0; h < hidden; h++) {
            let unit = b1[h];
            for (let i = 0; i < inputs; i++) unit += rows[row * inputs + i] * w1[i * hidden + h];
            sum += (unit < 0 ? slope[activation] * unit : unit) * w2[h * outputs + out];
          }
          expected.push(sum);
        }
      const found = project(tf.tensor(rows, [n, inputs]), head, { activation });
      assertClose(await found.data(), expected, 1e-5, `${form}: ${activation}`);
    }
  }));

const head = (activation: Activation): Operation => ({
  name: `a head with ${activation} between its layers`,
  inputs: {
    rows: { shape: [6, 4] },
    w1: { shape: [4, 5] },
    b1: { shape: [5] },
    w2: { shape: [5, 3] },
    b2: { shape: [3] },
  },
  run: ({ rows, w1, b1, w2, b2 }) =>
    project(rows, { first: { weight: w1, bias: b1 }, second: { weight: w2, bias: b2 } }, { activation }),
});

for (const activation of ["leakyRelu", "relu", "none"] as const)
  test(`${head(activation).name}: every backend gives the same values and gradients`, async () => {
    const composed = await forms.composed(() => outcome(head(activation)));
    for (const form of ["own", "stock"] as const)
      assertEqualOutcome(await forms[form](() => outcome(head(activation))), composed, 1e-5, form);
  });

test("without a kink between the layers the gradients are the slopes", async () => {
  const linear = head("none");
  for (const [input, error] of Object.entries(await gradientErrors(linear, await outcome(linear))))
    assert.ok(error < 2e-4, `the gradient of ${input} is off by ${error}`);
});

test("local heads of 3 classes always pass a gradient with leaky ReLU; with ReLU some are silent from the beginning, as the quick start's first seed was", async () => {
  const logits = tf.tensor(fixed("logits", [400, 3]), [400, 3]);
  const silent = async (activation: Activation) => {
    const seeds: number[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const heads = [
        localProjector(stream(seed, "heads", "local", "projector"), 3),
        embeddingPredictor(stream(seed, "heads", "local", "predictor"), 3),
      ];
      const gradient = tf.grad((rows) => heads.reduce((input, one) => project(input, one, { activation }), rows).sum());
      const largest = await gradient(logits).abs().max().data();
      if (largest[0] === 0) seeds.push(seed);
    }
    return seeds;
  };
  assert.deepEqual(await silent("leakyRelu"), []);
  const dead = await silent("relu");
  assert.ok(dead.includes(0), `silent: ${dead}`);
});
