import assert from "node:assert/strict";
import { before, test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import {
  copy,
  countParameters,
  disposeParams,
  flatten,
  type Params,
  parameter,
  statistic,
  trainable,
  uniformInit,
} from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";

before(() => startEngine("js"));

const tree = (value: number): Params => ({
  blocks: [
    { weight: parameter(tf.fill([2, 3], value)), mean: statistic(tf.scalar(value)) },
    { weight: parameter(tf.fill([4], value)) },
  ],
  out: parameter(tf.scalar(value)),
});

test("initial values are uniform between ±1/√fan-in", async () => {
  const fanIn = 25;
  const values = Array.from(await uniformInit(stream(0, "init"), [100, 200], fanIn).data());
  const bound = 1 / Math.sqrt(fanIn);
  const moment = (power: number) => values.reduce((sum, value) => sum + (value / bound) ** power, 0) / values.length;
  assert.ok(values.every((value) => Math.abs(value) <= bound));
  assert.ok(Math.abs(moment(1)) < 4 * Math.sqrt(1 / 3 / values.length));
  assert.ok(Math.abs(moment(2) - 1 / 3) < 4 * Math.sqrt(4 / 45 / values.length));
  assert.ok(Math.abs(moment(4) - 1 / 5) < 4 * Math.sqrt(16 / 225 / values.length));
});

test("a tree is flattened to paths in its own order", () => {
  const paths = ["blocks.0.weight", "blocks.0.mean", "blocks.1.weight", "out"];
  assert.deepEqual(Object.keys(flatten(tree(1))), paths);
  assert.deepEqual(
    Object.keys(flatten(tree(1), "model/")),
    paths.map((path) => `model/${path}`),
  );
});

test("statistics are kept but neither trained nor counted", () => {
  assert.deepEqual(
    trainable(tree(1)).map(({ shape }) => shape),
    [[2, 3], [4], []],
  );
  assert.equal(countParameters(tree(1)), 6 + 4 + 1);
});

test("a copy has the values of the other tree, statistics too, and stays apart from it", async () => {
  const [target, source] = [tree(1), tree(2)];
  copy(target, source);
  disposeParams(source);
  for (const variable of Object.values(flatten(target)))
    assert.ok((await variable.data()).every((value) => value === 2));
});

test("disposing a tree frees everything it took", () => {
  const before = tensorCount();
  const params = tree(1);
  assert.equal(tensorCount().tensors, before.tensors + 4);
  disposeParams(params);
  assert.deepEqual(tensorCount(), before);
});
