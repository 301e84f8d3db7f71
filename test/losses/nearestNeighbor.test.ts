import assert from "node:assert/strict";
import { before, test } from "node:test";
import { unitRows } from "../../lib/engine/ops/unitRows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { nearestNeighbor } from "../../lib/losses/nearestNeighbor.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

const waves = (rows: number, columns: number, scale: number) =>
  tf.sin(tf.range(1, rows * columns + 1).mul(scale)).reshape([rows, columns]);

test("nearest neighbour: the gradient is the slope, and every backend gives the same", () =>
  checkLoss({
    name: "nearest neighbour",
    inputs: { student: { shape: [3, 6] } },
    run: ({ student }) => nearestNeighbor(unitRows(waves(8, 6, 5)), student, waves(3, 6, 3), { neighbors: 3 }),
  }));

test("an image that is in the pool is its own nearest neighbour, at distance 0; its opposite is at distance 4", () =>
  inEveryForm(async (form) => {
    const images = waves(2, 6, 3);
    const pool = unitRows(tf.concat([waves(5, 6, 5), images]));
    const loss = (student: tf.Tensor) => nearestNeighbor(pool, student, images, { neighbors: 1 }).data();
    assert.ok(Math.abs((await loss(images.mul(7)))[0]) < 1e-6, form);
    assertClose(await loss(images.mul(-1)), [4], 1e-6, form);
  }));

test("with the whole pool for neighbours the loss is the mean distance to the pool, whoever finds them", () =>
  inEveryForm(async (form) => {
    const [pool, student, teacher] = [unitRows(waves(4, 6, 5)), waves(3, 6, 2), waves(3, 6, 3)];
    const mean = async (rows: tf.Tensor) =>
      tf
        .sub(2, unitRows(rows).matMul(pool, false, true).mul(2))
        .mean()
        .data();
    const loss = (gradient: "student" | "none") =>
      nearestNeighbor(pool, student, teacher, { neighbors: 4, gradient }).data();
    assertClose(await loss("student"), await mean(student), 1e-5, form);
    assertClose(await loss("none"), await mean(teacher), 1e-5, form);
  }));

test("equally near rows count no more often than there are neighbours", () =>
  inEveryForm(async (form) => {
    const pool = tf.tensor2d([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const image = tf.tensor2d([[1, 0]]);
    assert.ok(Math.abs((await nearestNeighbor(pool, image, image, { neighbors: 2 }).data())[0]) < 1e-6, form);
  }));
