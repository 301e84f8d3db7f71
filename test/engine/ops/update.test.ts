import assert from "node:assert/strict";
import { before, test } from "node:test";
import { adamUpdate, average, sgdUpdate, warmUpMomentum } from "../../../lib/engine/ops/update.js";
import { parameter, statistic, uniformInit } from "../../../lib/engine/params.js";
import { stream } from "../../../lib/engine/random.js";
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

// Of 3, 2, 4 and 1 million values the first alone is a group, then the second, then the third, then the last.
test("large networks, whose variables are moved in groups, move as small ones", async () => {
  const sizes = [3, 2, 4, 1].map((millions) => millions << 20);
  const filled = (values: number[]) => sizes.map((size, at) => parameter(tf.fill([size], values[at])));
  const [start, slopes] = [
    [1, -2, 3, 0.5],
    [0.3, 0.1, -0.2, 0.7],
  ];
  const ends = async (variables: tf.Variable[]) =>
    Promise.all(
      variables.map(async (variable) => {
        const values = await variable.slice(variable.size - 1).data();
        return values[0];
      }),
    );
  const gradients = sizes.map((size, at) => tf.fill([size], slopes[at]));
  const [descending, adapting, following] = [filled(start), filled(start), filled(start)];
  const velocities = filled([1, 1, 1, 1]);
  const settings = { rate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 };
  sgdUpdate(descending, velocities, gradients, settings);
  assertClose(
    await ends(descending),
    start.map((value, at) => value - 0.1 * (0.9 + slopes[at])),
    1e-6,
    "values",
  );
  assertClose(
    await ends(velocities),
    slopes.map((slope) => 0.9 + slope),
    1e-6,
    "velocities",
  );
  const moments = { first: filled([0, 0, 0, 0]), second: filled([0, 0, 0, 0]) };
  adamUpdate(adapting, moments, gradients, { rate: 0.1, step: 1 });
  assertClose(
    await ends(adapting),
    start.map((value, at) => value - 0.1 * Math.sign(slopes[at])), // its first step has the length of the rate
    1e-6,
    "values of Adam",
  );
  average(following, descending, 0.5);
  const moved = await ends(descending);
  assertClose(
    await ends(following),
    start.map((value, at) => (value + moved[at]) / 2),
    1e-6,
    "averages",
  );
  tf.dispose([descending, adapting, following, velocities, gradients, moments]);
});

test("initial values are those that the stream gives, however many arrays are drawn after them", async () => {
  const lengths = Array.from({ length: 40 }, (_, i) => 16 * (i + 1) * (i % 7 === 0 ? 100 : 1)); // some will lie aligned
  const [rng, again] = [stream(0, "init"), stream(0, "init")];
  const drawn = lengths.map((length) => uniformInit(rng, [length], 4));
  for (const [at, length] of lengths.entries())
    assert.deepEqual(
      await drawn[at].data(),
      Float32Array.from({ length }, () => again.uniform(-0.5, 0.5)),
    );
  tf.dispose(drawn);
});
