import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { tensorCount } from "../../lib/engine/memory.js";
import { gatherRows } from "../../lib/engine/ops/gather.js";
import { stream } from "../../lib/engine/random.js";
import { asRows } from "../../lib/engine/rows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { featuresAt, meanFeatures } from "../../lib/heads/pixels.js";
import { representation } from "../../lib/heads/representation.js";
import {
  type BankSelection,
  bankInit,
  bankSelection,
  memoryBankContrast,
  type RepresentationSource,
  remember,
} from "../../lib/losses/memoryBank.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

/** Labels, probabilities and masks of a batch drawn at random, half of it labelled. */
function randomPixels(classes: number, pixels: number) {
  const rng = stream(0, "pixels", classes);
  const probabilities = new Float32Array(pixels * classes);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const values = Array.from({ length: classes }, () => rng.uniform(0.01, 1));
    const sum = values.reduce((a, b) => a + b);
    probabilities.set(
      values.map((value) => value / sum),
      pixel * classes,
    );
  }
  const flags = () => Uint8Array.from({ length: pixels }, () => Number(rng.uniform() < 0.7));
  return {
    labels: Int32Array.from({ length: pixels }, () => rng.integer(-1, classes)),
    labeled: pixels / 2,
    probabilities,
    low: flags(),
    high: flags(),
  };
}

test("members, anchors and keys are what their definitions say", () => {
  const batch = randomPixels(5, 400);
  const { members, anchors, keys } = bankSelection(batch, { anchorAbove: 0.2, keyBelow: 0.2, ranks: [2, 4] });
  for (let pixel = 0; pixel < 400; pixel++)
    for (let of = 0; of < 5; of++) {
      const odds = Array.from(batch.probabilities.subarray(pixel * 5, pixel * 5 + 5));
      const rank = [...odds].sort((a, b) => b - a).indexOf(odds[of]);
      const isOf = batch.labels[pixel] === of;
      const isMember = isOf && batch.low[pixel] === 1;
      const isKey = isOf && pixel >= 200 && batch.high[pixel] === 1 && odds[of] < 0.2 && rank >= 2 && rank < 4;
      assert.equal(members[of].includes(pixel), isMember, `member ${pixel} of ${of}`);
      assert.equal(anchors[of].includes(pixel), isMember && odds[of] > 0.2, `anchor ${pixel} of ${of}`);
      assert.equal(keys[of].includes(pixel), isKey, `key ${pixel} of ${of}`);
    }
});

test("with fewer than four classes the released code never has a key; with four it does", () => {
  const keys = (classes: number) =>
    bankSelection(randomPixels(classes, 400)).keys.reduce((sum, { length }) => sum + length, 0);
  assert.deepEqual([keys(2), keys(3)], [0, 0]);
  assert.ok(keys(4) > 0);
});

const rowsOf = (rows: tf.Tensor, pixels: Int32Array) => gatherRows(rows, tf.tensor1d(pixels, "int32"));

/** A teacher and a student whose representation of pixel i is the i-th row. */
const fromRows = (student: tf.Tensor, teacher: tf.Tensor): RepresentationSource => ({
  student: (pixels) => rowsOf(student, pixels),
  teacherMeans: (lists) => tf.stack(lists.map((pixels) => rowsOf(teacher, pixels).mean(0))),
});

const inTurn = (count: number, n: number) => Int32Array.from({ length: n }, (_, i) => i % count);
const rows = (n: number, scale: number) => tf.sin(tf.range(1, 3 * n + 1).mul(scale)).reshape([n, 3]);

/** A selection in which each class's members are its anchors. */
const selectionOf = (...lists: number[][]): BankSelection => {
  const pixels = lists.map((list) => Int32Array.from(list));
  return { members: pixels, anchors: pixels, keys: pixels.map(() => new Int32Array()) };
};

const options = { queries: 4, negatives: 3 } as const;

/** Loss of a selection and the student's gradient; banks of one row each. */
async function lossOf(selection: BankSelection, align: "byClass" | "byPosition") {
  const student = tf.variable(rows(8, 1));
  const banks = selection.members.map((_, of) => bankInit(9, rows(1, of + 2)));
  const { terms, gradients } = lossAndGradients([student], () => ({
    loss: memoryBankContrast(selection, banks, fromRows(student, rows(8, 3)), inTurn, { ...options, align }),
  }));
  return { loss: (await terms.loss.data())[0], gradient: Array.from(await gradients[0].data()) };
}

test("fewer than two classes, or none with anchors, give no loss, no gradient and no NaN", () =>
  inEveryForm(async (form) => {
    const withoutAnchors = { ...selectionOf([0, 1], [2, 3]), anchors: [new Int32Array(), new Int32Array()] };
    for (const selection of [selectionOf([], []), selectionOf([], [4, 5]), withoutAnchors])
      for (const align of ["byClass", "byPosition"] as const) {
        const { loss, gradient } = await lossOf(selection, align);
        assert.equal(loss, 0, form);
        assert.deepEqual(new Set(gradient), new Set([0]), form);
      }
  }));

test("by class, an absent class leaves the others alone; by position, a class meets another's bank and the last is left out", () =>
  inEveryForm(async (form) => {
    const absent = selectionOf([0, 1, 2], [], [3, 4], [5, 6, 7]);
    const [byClass, byPosition] = [await lossOf(absent, "byClass"), await lossOf(absent, "byPosition")];
    const asked = ({ gradient }: { gradient: number[] }) =>
      Array.from({ length: 8 }, (_, pixel) => gradient.slice(3 * pixel, 3 * pixel + 3).some((value) => value !== 0));
    const [yes, no] = [true, false];
    assert.deepEqual(asked(byClass), [yes, yes, yes, yes, yes, yes, yes, yes], form);
    assert.deepEqual(asked(byPosition), [yes, yes, yes, yes, yes, no, no, no], form);
  }));

test("a bank without room for more keeps the newest keys", () =>
  inEveryForm(async (form) => {
    const bank = bankInit(3, tf.tensor2d([[1]]));
    for (const values of [[[2], [3]], [[4]], [[5], [6], [7], [8], [9]]]) remember(bank, tf.tensor2d(values));
    assert.equal(bank.entered, 3, form); // full, and the next one goes to its first place
    assert.deepEqual(new Set(await bank.rows.data()), new Set([7, 8, 9]), form);
  }));

test("negatives are the keys at the drawn places of the bank, the oldest first, also after it has gone round", () =>
  inEveryForm(async (form) => {
    const student = rows(4, 1);
    const selection = selectionOf([0, 1], [2, 3]);
    const newest = rows(7, 2).slice(3, 4);
    const round = [0, 1].map(() => {
      const bank = bankInit(4, rows(7, 2).slice(0, 2));
      remember(bank, rows(7, 2).slice(2));
      return bank;
    });
    const straight = [0, 1].map(() => bankInit(5, newest));
    const draw = (count: number, n: number) => Int32Array.from({ length: n }, (_, i) => (i * i) % count);
    const loss = (banks: typeof round) =>
      memoryBankContrast(selection, banks, fromRows(student, rows(4, 3)), draw, options).data();
    assertClose(await loss(round), await loss(straight), 1e-6, form);
  }));

test("the sampled head gives the loss of the dense map and its gradients", () =>
  inEveryForm(async (form) => {
    const widths = [4, 3, 2];
    const features = [
      [1, 2],
      [2, 4],
      [4, 8],
    ].map((size, level) => {
      const shape = [2, ...size, widths[level]];
      return tf.variable(
        tf
          .sin(
            tf
              .range(
                0,
                shape.reduce((a, b) => a * b),
              )
              .mul(level + 1),
          )
          .reshape(shape),
      );
    });
    const head = representation({ widths, outputs: 5 });
    const [student, teacher] = [head.init(stream(0, "student")), head.init(stream(0, "teacher"))];
    const selection = selectionOf([0, 3, 9, 40], [5, 6, 33], [63, 20]);
    const banks = selection.members.map((_, of) => bankInit(4, tf.cos(tf.range(of, of + 10)).reshape([2, 5])));
    const dense: () => RepresentationSource = () =>
      fromRows(asRows(head.dense(student, features)), asRows(head.dense(teacher, features)));
    const sampled: () => RepresentationSource = () => ({
      student: (pixels) => featuresAt(features, pixels).matMul(head.matrix(student)),
      teacherMeans: (lists) => {
        const masks = lists.map((pixels) => Array.from({ length: 64 }, (_, i) => Number(pixels.includes(i))));
        const weights = tf.tensor2d(masks).transpose().reshape([2, 4, 8, lists.length]);
        return meanFeatures(features, weights).matMul(head.matrix(teacher));
      },
    });
    const run = (representations: () => RepresentationSource) =>
      lossAndGradients([...features, ...student.levels], () => ({
        loss: memoryBankContrast(selection, banks, representations(), inTurn, options),
      }));
    const [first, second] = [run(sampled), run(dense)];
    assertClose(await first.terms.loss.data(), await second.terms.loss.data(), 1e-5, `${form}: loss`);
    for (const [i, gradient] of first.gradients.entries())
      assertClose(await gradient.data(), await second.gradients[i].data(), 1e-5, `${form}: gradient ${i}`);
  }));

test("a step leaves no tensor behind", () =>
  inEveryForm(async (form) => {
    const [student, teacher] = [tf.variable(rows(8, 1)), rows(8, 3)];
    const banks = [0, 1].map(() => bankInit(4, rows(1, 2)));
    const counts = new Set<string>();
    for (let step = 0; step < 4; step++) {
      for (const bank of banks) tf.tidy(() => remember(bank, rows(3, step)));
      const { terms, gradients } = lossAndGradients([student], () => ({
        loss: memoryBankContrast(selectionOf([0, 1], [2, 3]), banks, fromRows(student, teacher), inTurn, options),
      }));
      tf.dispose([terms, gradients]);
      if (step > 0) counts.add(JSON.stringify(tensorCount()));
    }
    assert.equal(counts.size, 1, `${form}: ${[...counts].join(" ")}`);
  }));
