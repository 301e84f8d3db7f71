import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { layouts, relational } from "../../lib/losses/relational.js";
import { forms, inEveryForm } from "../engine/forms.js";
import { assertClose, dot, norm, sizeOf } from "../engine/numbers.js";
import { assertEqualOutcome, gradientErrors, type Operation, outcome } from "../engine/ops/operation.js";

before(() => startEngine());

const draw = (name: string, shape: number[]) => {
  const rng = stream(0, "relational", name);
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    shape,
  );
};
const value = async (loss: tf.Scalar) => (await loss.data())[0];
const [student, teacher, pool] = [
  () => draw("student", [3, 4, 6]),
  () => draw("teacher", [3, 4, 6]),
  () => draw("pool", [3, 9, 6]),
];
const directions = ["teacherStudent", "studentTeacher"] as const;

test("equal embeddings at equal temperatures have no divergence; others have some, either way round", () =>
  inEveryForm(async (form) => {
    for (const klDirection of directions) {
      const equal = await value(
        relational(student(), student(), pool(), { studentTemperature: 0.1, teacherTemperature: 0.1, klDirection }),
      );
      assert.ok(Math.abs(equal) < 1e-6, `${form}: ${klDirection} ${equal}`);
      for (const teacherTemperature of [0.01, 0.1, 1]) {
        const other = await value(relational(student(), teacher(), pool(), { teacherTemperature, klDirection }));
        assert.ok(other > 0.01, `${form}: ${klDirection} at ${teacherTemperature} ${other}`);
      }
    }
  }));

test("the value is the mean over all rows of Σ u·(log u − log v), u and v softmax(cosine/τ), u the teacher's or the student's", () =>
  inEveryForm(async (form) => {
    const [students, teachers, candidates] = await Promise.all(
      [student(), teacher(), pool()].map(async (tensor) => rowsOf(await tensor.data(), tensor.shape)),
    );
    for (const klDirection of directions) {
      let sum = 0;
      for (let group = 0; group < 3; group++)
        for (let row = 0; row < 4; row++) {
          const [s, t] = [
            softmax(candidates[group].map((other) => cosine(students[group][row], other) / 0.2)),
            softmax(candidates[group].map((other) => cosine(teachers[group][row], other) / 0.05)),
          ];
          const [u, v] = klDirection === "teacherStudent" ? [t, s] : [s, t];
          for (const [i, p] of u.entries()) sum += p * (Math.log(p) - Math.log(v[i]));
        }
      const found = await value(
        relational(student(), teacher(), pool(), { studentTemperature: 0.2, teacherTemperature: 0.05, klDirection }),
      );
      assertClose([found], [sum / 12], 1e-5, `${form}: ${klDirection}`);
    }
  }));

test("the sharper the teacher, the more it asks for its nearest candidate alone", () =>
  inEveryForm(async (form) => {
    const [students, teachers, candidates] = await Promise.all(
      [student(), teacher(), pool()].map(async (tensor) => rowsOf(await tensor.data(), tensor.shape)),
    );
    let sum = 0;
    for (let group = 0; group < 3; group++)
      for (let row = 0; row < 4; row++) {
        const near = candidates[group].map((other) => cosine(teachers[group][row], other));
        const found = softmax(candidates[group].map((other) => cosine(students[group][row], other) / 0.1));
        sum -= Math.log(found[near.indexOf(Math.max(...near))]);
      }
    const sharp = await value(relational(student(), teacher(), pool(), { teacherTemperature: 1e-4 }));
    assertClose([sharp], [sum / 12], 1e-4, form);
  }));

test("only directions count, not lengths; a row of zeros gives no NaN", () =>
  inEveryForm(async (form) => {
    const plain = await value(relational(student(), teacher(), pool()));
    const scaled = await value(relational(student().mul(100), teacher().mul(0.01), pool().mul(3)));
    assertClose([scaled], [plain], 1e-4, form);
    const empty = tf.variable(tf.zeros([1, 1, 6]));
    const { terms, gradients } = lossAndGradients([empty], () => ({
      loss: relational(empty, draw("one", [1, 1, 6]), draw("others", [1, 9, 6])),
    }));
    assert.ok(Number.isFinite(await value(terms.loss)), form);
    assert.ok((await gradients[0].data()).every(Number.isFinite), form);
  }));

test("in the window layout a window is compared with the same window of the pool entries and no other", () =>
  inEveryForm(async (form) => {
    const [windows, features] = [5, 6];
    const { grouped, stored } = layouts.window;
    const [first, second] = [draw("first", [3, windows, features]), draw("second", [3, windows, features])];
    const entries = draw("entries", [8, windows, features]);
    const whole = await value(relational(grouped(first), grouped(second), grouped(entries)));
    const alone = await Promise.all(
      Array.from({ length: windows }, (_, window) => {
        const [s, t, p] = [first, second, entries].map((all) =>
          all.slice([0, window, 0], [-1, 1, -1]).reshape([1, all.shape[0], features]),
        );
        return value(relational(s, t, p));
      }),
    );
    assertClose([whole], [alone.reduce((a, b) => a + b) / windows], 1e-5, form);
    assert.equal(stored(first), first);
  }));

test("in the released layout rows as long as there are windows are cut from the order (window, image, feature), which is enqueued as (image, window, feature)", () =>
  inEveryForm(async (form) => {
    const [n, windows, features] = [2, 3, 4];
    const embeddings = tf.range(0, n * windows * features).reshape([n, windows, features]);
    const order: number[] = [];
    for (let window = 0; window < windows; window++)
      for (let image = 0; image < n; image++)
        for (let feature = 0; feature < features; feature++)
          order.push((image * windows + window) * features + feature);
    const grouped = layouts.released.grouped(embeddings);
    assert.deepEqual(grouped.shape, [1, n * features, windows], form);
    assert.deepEqual(Array.from(await grouped.data()), order, form);
    const stored = layouts.released.stored(embeddings);
    assert.deepEqual(stored.shape, [n, windows, features], form);
    assert.deepEqual(Array.from(await stored.data()), order, form);
  }));

const losses: Operation[] = directions.map((klDirection) => ({
  name: `relational, ${klDirection}`,
  inputs: { student: { shape: [2, 3, 5] }, teacher: { shape: [2, 3, 5] }, pool: { shape: [2, 4, 5] } },
  run: ({ student, teacher, pool }) =>
    relational(student, teacher, pool, { studentTemperature: 0.5, teacherTemperature: 0.3, klDirection }),
}));

for (const loss of losses)
  test(`${loss.name}: the gradients are the slopes, and every backend gives the same`, async () => {
    const composed = await forms.composed(() => outcome(loss));
    for (const form of ["own", "stock"] as const)
      assertEqualOutcome(await forms[form](() => outcome(loss)), composed, 1e-5, form);
    await inEveryForm(async (form) => {
      for (const [input, error] of Object.entries(await gradientErrors(loss, await outcome(loss))))
        assert.ok(error < 2e-4, `${form}: the gradient of ${input} is off by ${error}`);
    });
  });

/** Numbers [groups, rows, features] as nested lists. */
const rowsOf = (values: ArrayLike<number>, [groups, rows, features]: number[]) =>
  Array.from({ length: groups }, (_, group) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: features }, (_, i) => values[(group * rows + row) * features + i]),
    ),
  );

const cosine = (a: number[], b: number[]) => dot(a, b) / norm(a) / norm(b);

function softmax(logits: number[]): number[] {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
