import assert from "node:assert/strict";
import { before, test } from "node:test";
import { adamUpdate, average, sgdUpdate, warmUpMomentum } from "../../../lib/engine/ops/update.js";
import { parameter, statistic } from "../../../lib/engine/params.js";
import { startEngine } from "../../../lib/engine/start.js";
import * as tf from "../../../lib/engine/tf.js";
import { inEveryForm } from "../forms.js";
import { assertClose } from "../numbers.js";

before(() => startEngine());

/** Four updates of [1, −2, 3, 0.5] with the gradients cos(step + i). */
async function fourSteps(
  update: (variables: tf.Variable[], gradients: tf.Tensor[], step: number) => void,
): Promise<ArrayLike<number>> {
  const variables = [parameter(tf.tensor1d([1, -2])), parameter(tf.tensor1d([3, 0.5]))];
  for (let t = 0; t < 4; t++)
    update(
      variables,
      [tf.tensor1d([Math.cos(t), Math.cos(t + 1)]), tf.tensor1d([Math.cos(t + 2), Math.cos(t + 3)])],
      t,
    );
  return tf.concat(variables).data();
}

const zeros = () => [0, 1].map(() => statistic(tf.zeros([2])));

// import math, torch
// def run(make):
//   w = torch.nn.Parameter(torch.tensor([1., -2., 3., 0.5], dtype=torch.float64)); o = make([w])
//   for t in range(4): w.grad = torch.tensor([math.cos(t+i) for i in range(4)], dtype=torch.float64); o.step()
//   print(w.data)
// run(lambda w: torch.optim.SGD(w, lr=.1, momentum=.9, weight_decay=.01, nesterov=True)), and so on
const descents: [object, number[]][] = [
  [{}, [0.9865837, -1.8480519, 3.1776121, 0.53998036]],
  [{ momentum: 0.9 }, [0.68774522, -1.8195712, 3.5072269, 0.867683]],
  [{ momentum: 0.9, weightDecay: 0.01 }, [0.67977612, -1.8012704, 3.4793044, 0.86205206]],
  [{ momentum: 0.9, weightDecay: 0.01, nesterov: true }, [0.69588869, -1.6611308, 3.5956839, 0.86225198]],
];

for (const [options, expected] of descents)
  test(`SGD ${JSON.stringify(options)} moves as PyTorch's`, () =>
    inEveryForm(async (form) => {
      const velocities = zeros();
      const settings = { rate: 0.1, momentum: 0, nesterov: false, weightDecay: 0, ...options };
      assertClose(
        await fourSteps((variables, gradients) => sgdUpdate(variables, velocities, gradients, settings)),
        expected,
        1e-6,
        form,
      );
    }));

const adams: [object, number[]][] = [
  [{}, [0.76654207, -1.9951643, 3.3538435, 0.75625833]],
  [{ weightDecay: 0.01 }, [0.76443896, -1.9867447, 3.3499627, 0.75477758]],
];

for (const [options, expected] of adams)
  test(`Adam ${JSON.stringify(options)} moves as PyTorch's`, () =>
    inEveryForm(async (form) => {
      const moments = { first: zeros(), second: zeros() };
      const moved = fourSteps((variables, gradients, step) =>
        adamUpdate(variables, moments, gradients, { rate: 0.1, step: step + 1, ...options }),
      );
      assertClose(await moved, expected, 1e-6, form);
    }));

test("one update of many values is the same in every form", async () => {
  const values = (scale: number) => Float32Array.from({ length: 70_001 }, (_, i) => Math.sin(scale * i));
  const results: Record<string, ArrayLike<number>> = {};
  await inEveryForm(async (form) => {
    const [variable, velocity] = [parameter(tf.tensor1d(values(1))), parameter(tf.tensor1d(values(2)))];
    sgdUpdate([variable], [velocity], [tf.tensor1d(values(3))], {
      rate: 0.1,
      momentum: 0.9,
      nesterov: true,
      weightDecay: 0.1,
    });
    average(variable, velocity, 0.3);
    results[form] = await variable.data();
  });
  for (const form of ["own", "stock"]) assertClose(results[form], results.composed, 1e-6, form);
});

test("the moving average runs over the trained variables alone", () =>
  inEveryForm(async (form) => {
    const make = (value: number) => ({
      weight: parameter(tf.tensor1d([value])),
      running: statistic(tf.tensor1d([value])),
    });
    const [teacher, student] = [make(1), make(3)];
    average(teacher, student, 0.75);
    assert.deepEqual([...(await teacher.weight.data()), ...(await teacher.running.data())], [1.5, 1], form);
  }));

test("the warm-up rate copies at first and then rises to its limit", () => {
  assert.deepEqual(
    [0, 1, 3, 98, 99, 100, 5000].map((step) => warmUpMomentum(step)),
    [0, 0.5, 0.75, 1 - 1 / 99, 0.99, 0.99, 0.99],
  );
});
