import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { cosineDistance } from "../../lib/losses/cosineDistance.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

test("the gradients are the slopes, and every backend gives the same", () =>
  checkLoss({
    name: "cosine distance",
    inputs: { rows: { shape: [4, 5] }, others: { shape: [4, 5] } },
    run: ({ rows, others }) => cosineDistance(rows, others),
  }));

test("it is the squared distance of the unit rows: 0 along one line, 2 at right angles, 4 against each other", () =>
  inEveryForm(async (form) => {
    const distance = async (...pairs: [number[], number[]][]) =>
      cosineDistance(tf.tensor2d(pairs.map(([row]) => row)), tf.tensor2d(pairs.map(([, other]) => other))).data();
    assertClose(
      await distance([
        [3, 4],
        [6, 8],
      ]),
      [0],
      1e-6,
      form,
    );
    assertClose(
      await distance([
        [3, 4],
        [-4, 3],
      ]),
      [2],
      1e-6,
      form,
    );
    assertClose(
      await distance(
        [
          [3, 4],
          [-3, -4],
        ],
        [
          [1, 0],
          [2, 0],
        ],
      ),
      [2],
      1e-6,
      form,
    );
    assertClose(
      await distance([
        [3, 4],
        [5, 0],
      ]),
      [0.4 ** 2 + 0.8 ** 2],
      1e-6,
      form,
    ); // (0.6, 0.8) from (1, 0)
  }));
