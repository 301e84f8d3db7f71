import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { infoNce } from "../../lib/losses/infoNce.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

test("the gradients are the slopes, and every backend gives the same", () =>
  checkLoss({
    name: "InfoNCE",
    inputs: { queries: { shape: [4, 5] }, keys: { shape: [4, 5] }, negatives: { shape: [7, 5] } },
    run: ({ queries, keys, negatives }) => infoNce(queries, keys, negatives, { temperature: 0.5 }),
  }));

test("each query is told from the common negatives by the cosine with its own key", () =>
  inEveryForm(async (form) => {
    const queries = tf.tensor2d([
      [3, 4],
      [0, 2],
    ]);
    const keys = tf.tensor2d([
      [5, 0],
      [-1, 1],
    ]);
    const negatives = tf.tensor2d([
      [0, 9],
      [-2, 0],
    ]);
    // cosines of (0.6, 0.8): 0.6 with its key, 0.8 and −0.6 with the negatives; of (0, 1): √½, then 1 and 0
    const of = (own: number, others: readonly number[]) =>
      -Math.log(Math.exp(own / 0.2) / [own, ...others].reduce((sum, cosine) => sum + Math.exp(cosine / 0.2), 0));
    const expected = (of(0.6, [0.8, -0.6]) + of(Math.SQRT1_2, [1, 0])) / 2;
    assertClose(await infoNce(queries, keys, negatives).data(), [expected], 1e-6, form);
    const only = infoNce(queries, keys, tf.zeros([1, 2]), { temperature: 1e-2 });
    assert.ok((await only.data())[0] < 1e-6, `${form}: keys that are nearer than all negatives cost nothing`);
  }));
