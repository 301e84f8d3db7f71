import assert from "node:assert/strict";
import { before, test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { type Windows, windows, windowsOf } from "../../lib/heads/windows.js";
import { forms, inEveryForm } from "../engine/forms.js";
import { assertClose, sizeOf } from "../engine/numbers.js";
import { assertEqualOutcome, gradientErrors, type Operation, outcome } from "../engine/ops/operation.js";

before(() => startEngine());

const cases: { what: string; shape: number[]; cut: Windows }[] = [
  { what: "a square image", shape: [2, 64, 64, 3], cut: windowsOf([64, 64]) },
  { what: "an image whose windows of 16 × 12 are no multiples of 8", shape: [2, 64, 48, 2], cut: windowsOf([64, 48]) },
  { what: "windows smaller than 8 pixels", shape: [1, 16, 24, 2], cut: windowsOf([16, 24]) },
  {
    what: "a border that no window reaches",
    shape: [1, 11, 9, 2],
    cut: { size: [4, 5], stride: [3, 2], pooled: 3 },
  },
  {
    what: "a volume",
    shape: [2, 9, 8, 7, 2],
    cut: { size: [5, 4, 4], stride: [2, 3, 1], pooled: 3 },
  },
];

for (const { what, shape, cut } of cases)
  test(`every pooled pixel is the mean of its bin, windows in row-major order: ${what}`, () =>
    inEveryForm(async (form) => {
      const rng = stream(0, what);
      const values = Float32Array.from({ length: sizeOf(shape) }, () => rng.normal());
      const expected = direct(values, shape, cut);
      const found = windows(tf.tensor(values, shape), cut);
      assert.deepEqual(found.shape, expected.shape, form);
      assertClose(await found.data(), expected.values, 1e-5, form);
    }));

test("the released windows: 49 of 64² in an image of 256², 700 of 20³ in a volume of 112 × 112 × 80", () => {
  assert.deepEqual(windowsOf([256, 256]), { size: [64, 64], stride: [32, 32] });
  const count = (size: number[]) => {
    const map = tf.zeros([1, ...size, 1]);
    return windows(map, { ...windowsOf(size), pooled: 1 }).shape[1];
  };
  assert.equal(count([256, 256]), 49);
  assert.equal(count([64, 48]), 49);
  assert.equal(count([112, 112, 80]), 700);
});

const operations: Operation[] = cases.map(({ what, shape, cut }) => ({
  name: `windows of ${what}`,
  inputs: { map: { shape } },
  run: ({ map }) => windows(map, cut),
}));

for (const operation of operations)
  test(`${operation.name}: the gradients are the slopes, and every backend gives the same`, async () => {
    const composed = await forms.composed(() => outcome(operation));
    for (const form of ["own", "stock"] as const)
      assertEqualOutcome(await forms[form](() => outcome(operation)), composed, 1e-5, form);
    const { map } = await gradientErrors(operation, await outcome(operation));
    assert.ok(map < 2e-4, `off by ${map}`);
  });

/** Window after window, bin after bin (bounds as in PyTorch's adaptive average pooling), by loops over single values. */
function direct(values: Float32Array, [n, ...rest]: number[], { size, stride, pooled = 8 }: Windows) {
  const lengths = rest.slice(0, -1);
  const channels = rest[rest.length - 1];
  const counts = lengths.map((length, axis) => Math.floor((length - size[axis]) / stride[axis]) + 1);
  const out: number[] = [];
  for (let image = 0; image < n; image++)
    for (const window of grid(counts))
      for (const bin of grid(lengths.map(() => pooled)))
        for (let channel = 0; channel < channels; channel++) {
          const ranges = bin.map((at, axis) => {
            const start = window[axis] * stride[axis];
            const [from, to] = [Math.floor((at * size[axis]) / pooled), Math.ceil(((at + 1) * size[axis]) / pooled)];
            return Array.from({ length: to - from }, (_, i) => start + from + i);
          });
          const places = grid(ranges.map(({ length }) => length)).map((at) => at.map((i, axis) => ranges[axis][i]));
          const flat = places.map((place) => place.reduce((index, at, axis) => index * lengths[axis] + at, image));
          out.push(flat.reduce((sum, index) => sum + values[index * channels + channel], 0) / flat.length);
        }
  return { values: out, shape: [n, sizeOf(counts), pooled ** lengths.length, channels] };
}

/** Every place of a grid, the last axis fastest. */
const grid = (counts: readonly number[]): number[][] =>
  counts.reduce<number[][]>(
    (places, count) => places.flatMap((place) => Array.from({ length: count }, (_, at) => [...place, at])),
    [[]],
  );
