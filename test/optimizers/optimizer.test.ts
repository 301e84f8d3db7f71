import assert from "node:assert/strict";
import { before, test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { parameter } from "../../lib/engine/params.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { type OptimizerOptions, optimizer } from "../../lib/optimizers/optimizer.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

const sgd: OptimizerOptions = {
  kind: "sgd",
  rate: 0.1,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0.01,
  schedule: "constant",
};
const kinds: OptimizerOptions[] = [
  sgd,
  { ...sgd, nesterov: true },
  { ...sgd, kind: "adam" },
  { ...sgd, schedule: "poly" },
];

const make = () => ({ "model/a": parameter(tf.tensor1d([1, -2])), "model/b": parameter(tf.tensor2d([[3], [0.5]])) });
const gradients = (step: number) => [tf.tensor1d([Math.cos(step), Math.sin(step)]), tf.tensor2d([[1], [step]])];
const values = async (variables: Record<string, tf.Variable>) =>
  (await Promise.all(Object.values(variables).map((variable) => variable.data()))).flatMap((array) =>
    Array.from(array),
  );

for (const options of kinds)
  test(`${options.kind}, ${options.schedule}${options.nesterov ? ", Nesterov" : ""}: weights and state are all that a continued training needs`, () =>
    inEveryForm(async (form) => {
      const [whole, begun] = [make(), make()];
      const uninterrupted = optimizer(whole, 6, options);
      for (let step = 0; step < 6; step++) uninterrupted.apply(gradients(step), step);
      const before = optimizer(begun, 6, options);
      for (let step = 0; step < 3; step++) before.apply(gradients(step), step);
      const after = optimizer(begun, 6, options);
      for (const [name, variable] of Object.entries(after.state)) variable.assign(before.state[name]);
      for (let step = 3; step < 6; step++) after.apply(gradients(step), step);
      assert.deepEqual(await values(begun), await values(whole), form);
      assert.deepEqual(await values(after.state), await values(uninterrupted.state), form);
    }));

test("each step takes the rate of its schedule", () =>
  inEveryForm(async (form) => {
    const variables = { x: parameter(tf.scalar(0)) };
    const { apply } = optimizer(variables, 4, { ...sgd, momentum: 0, weightDecay: 0, schedule: "poly" });
    const moves: number[] = [];
    for (let step = 0; step < 4; step++) {
      const [from] = await variables.x.data();
      apply([tf.scalar(-1)], step);
      moves.push((await variables.x.data())[0] - from);
    }
    assertClose(moves, [0.1, 0.1, 0.1 * 0.75 ** 0.9, 0.1 * 0.5 ** 0.9], 1e-6, form);
  }));

test("Adam's first step moves every value by the learning rate, against its gradient", () =>
  inEveryForm(async (form) => {
    const variables = { x: parameter(tf.tensor1d([1, 1, 1])) };
    optimizer(variables, 4, { ...sgd, kind: "adam", weightDecay: 0 }).apply([tf.tensor1d([0.001, -3, 70])], 0);
    assertClose(await variables.x.data(), [0.9, 1.1, 0.9], 1e-5, form);
  }));

// Plain Python, for t, g in enumerate((1, -3, .5), 1): m = .9*m + .1*g; v = .99*v + .01*g*g;
// x -= .1*(m/(1 - .9**t))/((v/(1 - .99**t))**.5 + 1e-8)
test("Adam's second moment decays as it is told to", () =>
  inEveryForm(async (form) => {
    const variables = { x: parameter(tf.scalar(1)) };
    const { apply } = optimizer(variables, 4, { ...sgd, kind: "adam", weightDecay: 0, beta2: 0.99 });
    const path: number[] = [];
    for (const [step, gradient] of [1, -3, 0.5].entries()) {
      apply([tf.scalar(gradient)], step);
      path.push((await variables.x.data())[0]);
    }
    assertClose(path, [0.9000000009999999, 0.9493298159079826, 0.9770892062580364], 1e-6, form);
  }));

test("names of the state say whose it is", () => {
  assert.deepEqual(Object.keys(optimizer(make(), 1, sgd).state), ["velocity/model/a", "velocity/model/b"]);
  assert.deepEqual(Object.keys(optimizer(make(), 1, { ...sgd, kind: "adam" }).state), [
    "first/model/a",
    "first/model/b",
    "second/model/a",
    "second/model/b",
  ]);
});

test("a step leaves nothing behind, disposing frees the state and spares the weights", () => {
  for (const options of kinds) {
    const before = tensorCount();
    const variables = make();
    const { apply, dispose } = optimizer(variables, 2, options);
    tf.tidy(() => apply(gradients(0), 0)); // only now native TensorFlow takes the values over
    const between = tensorCount();
    tf.tidy(() => apply(gradients(1), 1));
    assert.deepEqual(tensorCount(), between);
    dispose();
    assert.equal(tensorCount().tensors, before.tensors + 2);
    tf.dispose(variables);
    assert.deepEqual(tensorCount(), before);
  }
});
