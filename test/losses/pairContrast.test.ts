import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { pairContrast } from "../../lib/losses/pairContrast.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

const positives = () => tf.tensor2d([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], [4, 4]); // 0–1 both ways, 2–3 one way
const negatives = () => tf.tensor2d([0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0], [4, 4]);

test("the gradients are the slopes, and every backend gives the same", () =>
  checkLoss({
    name: "contrast of pairs",
    inputs: { embeddings: { shape: [2, 4, 5] } },
    run: ({ embeddings }) =>
      pairContrast(embeddings, { positives: positives(), negatives: negatives() }, { temperature: 0.5 }),
  }));

test("every positive pair is told from the negatives of its first member; what is neither counts nowhere", () =>
  inEveryForm(async (form) => {
    // unit vectors at 0°, 60°, 90° and 180°, of any length, in a group; in the other group all are alike
    const angles = [0, 60, 90, 180].map((degrees) => (degrees * Math.PI) / 180);
    const group = angles.flatMap((angle, at) => [(at + 1) * Math.cos(angle), (at + 1) * Math.sin(angle)]);
    const embeddings = tf.tensor([...group, ...[1, 1, 1, 1].flatMap((x) => [x, x])], [2, 4, 2]);
    const e = (a: number, b: number) => Math.exp(Math.cos(angles[a] - angles[b]) / 0.5);
    const term = (a: number, b: number, others: readonly number[]) =>
      -Math.log(e(a, b) / (e(a, b) + others.reduce((sum, k) => sum + e(a, k), 0)));
    const first = term(0, 1, [2, 3]) + term(1, 0, [2]) + term(2, 3, [0, 1]);
    const alike = Math.log(3) + Math.log(2) + Math.log(3);
    const loss = pairContrast(embeddings, { positives: positives(), negatives: negatives() }, { temperature: 0.5 });
    assertClose(await loss.data(), [(first + alike) / 6], 1e-6, form);
  }));

test("a small temperature overflows nowhere, and a pair without negatives is worth nothing", () =>
  inEveryForm(async (form) => {
    const embeddings = tf.tensor([1, 0, -1, 0, 1, 0, 1, 0], [1, 4, 2]);
    const sharp = pairContrast(embeddings, { positives: positives(), negatives: negatives() }, { temperature: 1e-3 });
    // cosines ±1: 0–1 is −1 against 1 and 1, so 2000 + ln 2; 1–0 is −1 against −1, so ln 2; 2–3 is 1 against 1 and −1, so ln 2
    assertClose(await sharp.data(), [(2000 + 3 * Math.LN2) / 3], 1e-6, form);
    const free = pairContrast(embeddings, { positives: positives(), negatives: tf.zeros([4, 4]) });
    assert.equal((await free.data())[0], 0, form);
  }));
