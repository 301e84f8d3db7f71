import assert from "node:assert/strict";
import { before, test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { hypercolumn, neighborhoods } from "../../lib/heads/hypercolumn.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

test("the neighbours of a pixel are those one apart along every axis of its own image", () => {
  const around = (pixel: number, size: number[]) => neighborhoods(Int32Array.of(pixel), size).map(([one]) => one);
  assert.deepEqual(around(12 + 5, [3, 4]), [12, 13, 14, 16, 17, 18, 20, 21, 22]);
  assert.deepEqual(around(12, [3, 4]), [-1, -1, -1, -1, 12, 13, -1, 16, 17]); // not the last pixels of the image before
  assert.deepEqual(around(11, [3, 4]), [6, 7, -1, 10, 11, -1, -1, -1, -1]);
  const volume = around(8 + 7, [2, 2, 2]);
  assert.equal(volume.length, 27);
  assert.deepEqual(
    volume.flatMap((pixel, at) => (pixel < 0 ? [] : [[at, pixel - 8]])),
    [
      [0, 0],
      [1, 1],
      [3, 2],
      [4, 3],
      [9, 4],
      [10, 5],
      [12, 6],
      [13, 7],
    ],
  );
});

/** The head at one pixel of an image, in plain loops: maps resized with corners on corners, zeros around the image, filter, linear layer. */
async function byHand(
  features: readonly tf.Tensor[],
  { first, second }: ReturnType<ReturnType<typeof hypercolumn>["init"]>,
  [y, x]: readonly [number, number],
): Promise<number[]> {
  const [, height, width] = features[features.length - 1].shape;
  const maps = (await Promise.all(features.map((map) => map.array()))) as number[][][][][];
  const along = (at: number, fine: number, coarse: number) => {
    const place = (at * (coarse - 1)) / (fine - 1);
    const below = Math.min(Math.floor(place), coarse - 2);
    return [
      [below, 1 - (place - below)],
      [below + 1, place - below],
    ];
  };
  const column = (row: number, at: number) =>
    maps.flatMap(([map]) => {
      const pairs = along(row, height, map.length).flatMap(([v, down]) =>
        along(at, width, map[0].length).map(([u, right]) => map[v][u].map((value) => value * down * right)),
      );
      return pairs[0].map((_, c) => pairs.reduce((sum, pair) => sum + pair[c], 0));
    });
  const filter = (await first.weight.array()) as number[][][][];
  const [weight, bias] = [await second.weight.array(), await second.bias.array()] as [number[][], number[]];
  const hidden = weight.map(() => 0);
  for (const [down, right] of [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => [i, j]))) {
    if (y + down < 0 || y + down >= height || x + right < 0 || x + right >= width) continue;
    for (const [c, value] of column(y + down, x + right).entries())
      for (const [unit, of] of filter[down + 1][right + 1][c].entries()) hidden[unit] += value * of;
  }
  return bias.map((own, out) => hidden.reduce((sum, value, unit) => sum + value * weight[unit][out], own));
}

test("a representation is a 3×3 convolution of all maps at full size and a linear layer", () =>
  inEveryForm(async (form) => {
    const rng = stream(0, "maps");
    const features = [
      [2, 3, 4],
      [3, 5, 2],
      [6, 7, 3],
    ].map((shape) => {
      const length = shape.reduce((a, b) => a * b);
      return tf.tensor(
        Float32Array.from({ length }, () => rng.normal()),
        [1, ...shape],
      );
    });
    const head = hypercolumn({ widths: [4, 2, 3], outputs: 5 });
    const params = head.init(stream(0, "head"));
    const dense = (await head.dense(params, features).array()) as number[][][][];
    for (const place of [
      [0, 0],
      [2, 6],
      [3, 2],
    ] as const)
      assertClose(dense[0][place[0]][place[1]], await byHand(features, params, place), 1e-5, `${form}: ${place}`);
  }));

test("the head has as many parameters as in the released code, and begins as convolutions do in PyTorch", async () => {
  const { first, second } = hypercolumn({ widths: [256, 128, 64, 32, 16] }).init(stream(0, "count"));
  assert.deepEqual(first.weight.shape, [3, 3, 496, 512]);
  assert.deepEqual([second.weight.shape, second.bias.shape], [[512, 512], [512]]);
  const bound = 1 / Math.sqrt(9 * 496);
  const values = await first.weight.data<"float32">();
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  assert.ok(-bound <= least && least < -0.999 * bound && 0.999 * bound < most && most <= bound, `${least} ${most}`);
});
