import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { tensorCount } from "../../lib/engine/memory.js";
import { gatherRows } from "../../lib/engine/ops/gather.js";
import { parameter } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { type RecoOptions, reco, recoDraws, recoSelection } from "../../lib/losses/reco.js";
import { inEveryForm } from "../engine/forms.js";

before(() => startEngine());

test("hard pixels are those of a class whose probability is below the threshold; absent classes vanish", () => {
  const labels = Int32Array.from([0, 2, -1, 0, 2, 2]);
  const probabilities = Float32Array.from([0.98, 0, 0.02, 0.2, 0.3, 0.5, 1, 0, 0, 0.5, 0.5, 0, 0, 0, 1, 0, 0.1, 0.9]);
  const { members, hard } = recoSelection(labels, probabilities);
  assert.deepEqual(
    members.map((list) => [...list]),
    [
      [0, 3],
      [1, 4, 5],
    ],
  );
  assert.deepEqual(
    hard.map((list) => [...list]),
    [[3], [1, 5]],
  );
});

test("negatives come from a class with the probability of its relation, and evenly from its pixels", () =>
  inEveryForm(async (form) => {
    const [relation, counts, n] = [[0.2, 0.5, 0.3], [2, 5, 1], 40_000];
    const draws = recoDraws(stream(0, "draws", form));
    const drawn = await draws.negatives(tf.tensor1d(relation), counts, n).data();
    const seen = new Float64Array(8);
    for (const position of drawn) seen[position]++;
    const expected = counts.flatMap((count, of) => new Array(count).fill(relation[of] / count));
    for (const [position, probability] of expected.entries()) {
      const deviation = Math.sqrt((probability * (1 - probability)) / n);
      assert.ok(Math.abs(seen[position] / n - probability) < 5 * deviation, `${form}: position ${position}`);
    }
  }));

/** Loss and gradient of the student's rows; what was asked for on the way. */
async function run(lists: number[][], hard: number[][], options: RecoOptions = {}) {
  const student = parameter(
    tf.tensor2d(
      Float32Array.from({ length: 48 }, (_, i) => Math.sin(i + 1)),
      [12, 4],
    ),
  );
  const asked: Int32Array[] = [];
  const at = (pixels: Int32Array) => {
    asked.push(pixels);
    return gatherRows(student, tf.tensor1d(pixels, "int32"));
  };
  const mean = (pixels: Int32Array) => gatherRows(student, tf.tensor1d(pixels, "int32")).mean(0);
  const typed = (of: number[][]) => of.map((list) => Int32Array.from(list));
  const { terms, gradients } = lossAndGradients([student], () => ({
    loss: reco(
      { members: typed(lists), hard: typed(hard) },
      { at, means: (of) => tf.stack(of.map(mean)) },
      recoDraws(stream(0, "reco")),
      { queries: 6, negatives: 5, ...options },
    ),
  }));
  const result = {
    loss: (await terms.loss.data())[0],
    gradient: Array.from(await gradients[0].data()),
    asked,
  };
  tf.dispose([terms, gradients, student]);
  return result;
}

test("fewer than two classes, or no hard pixels, give no loss, no gradient and no NaN", () =>
  inEveryForm(async (form) => {
    for (const [lists, hard] of [
      [[], []],
      [[[0, 1]], [[0]]],
      [
        [
          [0, 1],
          [2, 3],
        ],
        [[], []],
      ],
    ]) {
      const { loss, gradient } = await run(lists, hard);
      assert.equal(loss, 0, form);
      assert.deepEqual(new Set(gradient), new Set([0]), form);
    }
  }));

test("only hard pixels learn, also where a class has none", () =>
  inEveryForm(async (form) => {
    const { loss, gradient } = await run(
      [
        [0, 1, 2],
        [3, 4],
        [5, 6, 7, 8],
      ],
      [[1], [], [6, 8]],
    );
    assert.ok(loss > 0 && Number.isFinite(loss), form);
    const moved = Array.from({ length: 12 }, (_, pixel) =>
      gradient.slice(4 * pixel, 4 * pixel + 4).some((value) => value !== 0),
    );
    const learning = moved.flatMap((flag, pixel) => (flag ? [pixel] : []));
    assert.deepEqual(learning, [1, 6, 8], form);
  }));

test("with a pool, no more of a class's pixels are represented for negatives", () =>
  inEveryForm(async (form) => {
    const lists = [
      [0, 1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11],
    ];
    const [all, few] = [await run(lists, lists), await run(lists, lists, { pool: 2 })];
    assert.deepEqual([all.asked[0].length, few.asked[0].length], [12, 4], form);
    for (const [i, pixel] of few.asked[0].entries()) assert.ok(lists[i < 2 ? 0 : 1].includes(pixel), form);
  }));

test("a step leaves no tensor behind", () =>
  inEveryForm(async (form) => {
    const counts = new Set<string>();
    for (let step = 0; step < 3; step++) {
      await run(
        [
          [0, 1, 2],
          [3, 4],
          [5, 6],
        ],
        [[0], [3, 4], [5]],
      );
      counts.add(JSON.stringify(tensorCount()));
    }
    assert.equal(counts.size, 1, `${form}: ${[...counts].join(" ")}`);
  }));
