import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { warp } from "../../lib/losses/warp.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

/** The grid on which pixel (row, column) looks `right` columns and `down` rows further. */
function moved([height, width]: readonly number[], right: number, down: number, batch = 2): tf.Tensor {
  const x = tf
    .range(0, width)
    .add(right)
    .mul(2 / (width - 1))
    .sub(1)
    .reshape([1, width])
    .tile([height, 1]);
  const y = tf
    .range(0, height)
    .add(down)
    .mul(2 / (height - 1))
    .sub(1)
    .reshape([height, 1])
    .tile([1, width]);
  return tf.stack([x, y], 2).expandDims(0).tile([batch, 1, 1, 1]);
}

const size = [4, 5];
const image = () => tf.sin(tf.range(1, 2 * 4 * 5 * 3 + 1)).reshape([2, ...size, 3]);

test("a warp is differentiable in the image, and every backend gives the same", () =>
  checkLoss({
    name: "warp",
    inputs: { image: { shape: [2, ...size, 3] } },
    run: ({ image: x }) =>
      warp(
        x,
        tf
          .cos(tf.range(0, 2 * 3 * 6 * 2))
          .mul(1.2)
          .reshape([2, 3, 6, 2]),
      ),
  }));

test("the grid of the image's own pixels changes nothing", () =>
  inEveryForm(async (form) =>
    assertClose(await warp(image(), moved(size, 0, 0)).data(), await image().data(), 1e-5, form),
  ));

test("looking a column further brings in zeros from outside, half a column further the mean of two", () =>
  inEveryForm(async (form) => {
    const next = tf.concat([image().slice([0, 0, 1, 0]), tf.zeros([2, 4, 1, 3])], 2);
    assertClose(await warp(image(), moved(size, 1, 0)).data(), await next.data(), 1e-5, form);
    const between = image().add(next).div(2);
    assertClose(await warp(image(), moved(size, 0.5, 0)).data(), await between.data(), 1e-5, `${form}: half`);
    const above = tf.concat([tf.zeros([2, 2, 5, 3]), image().slice(0, 2).slice([0, 0, 0, 0], [2, 2, 5, 3])], 1);
    assertClose(await warp(image(), moved(size, 0, -2)).data(), await above.data(), 1e-5, `${form}: rows`);
  }));

test("far outside there is nothing", () =>
  inEveryForm(async (form) => {
    for (const [right, down] of [
      [50, 0],
      [-50, 0],
      [0, 50],
      [0, -50],
    ])
      assert.deepEqual(new Set(await warp(image(), moved(size, right, down)).data()), new Set([0]), form);
  }));
