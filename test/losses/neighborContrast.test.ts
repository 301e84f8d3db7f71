import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { nearestIn, neighborContrast } from "../../lib/losses/neighborContrast.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

const columns = () =>
  tf.tensor2d(
    [
      [0, 4],
      [2, 3],
    ],
    undefined,
    "int32",
  );

test("the gradients are the slopes, and every backend gives the same", () =>
  checkLoss({
    name: "neighbour contrast",
    inputs: { queries: { shape: [2, 3] }, entries: { shape: [5, 3] } },
    run: ({ queries, entries }) => neighborContrast(queries, entries, columns(), { temperature: 0.5 }),
  }));

// NumPy: s = unit(queries)·unit(entries)ᵀ/0.2; −mean of log softmax(s) over the columns 0 and 4 of the first row, 2 and 3 of the second
test("queries are told to their neighbours, each of which counts as much as the others", () =>
  inEveryForm(async (form) => {
    const queries = tf.tensor2d([
      [1, 2, 0],
      [0, -1, 1],
    ]);
    const entries = tf.tensor2d([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
      [-1, 2, 2],
      [1, 1, 1],
    ]);
    assertClose(await neighborContrast(queries, entries, columns()).data(), [1.362717], 1e-5, form);
  }));

test("the nearest are those of the largest cosine, whatever their length", () =>
  inEveryForm(async (form) => {
    const rows = tf.tensor2d([
      [1, 0],
      [0, 1],
    ]);
    const queue = tf.tensor2d([
      [2, 1],
      [0, 3],
      [-1, 1],
      [5, 0],
      [1, 1.2],
    ]);
    // cosines with (1, 0): 0.89, 0, −0.71, 1, 0.64; with (0, 1): 0.45, 1, 0.71, 0, 0.77
    assert.deepEqual([...(await nearestIn(rows, queue, 2).data())], [3, 0, 1, 4], form);
  }));
