import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestPlaces, rescale, rescaleMap, taps } from "../../../lib/images/geometry/rescale.js";
import { Problem } from "../../../lib/problem.js";

const data = Uint8Array.from({ length: 5 * 7 * 3 }, (_, i) => (i * 37) % 256);
const photo = { data, shape: [5, 7] } as const;

// Pillow 11: a = (np.arange(105) * 37 % 256).astype(np.uint8).reshape(5, 7, 3); np.asarray(Image.fromarray(a).resize((width, height), kernel))[..., 0]
const pillow = {
  bicubic: { size: [3, 4], red: [57, 169, 129, 110, 72, 189, 144, 125, 83, 116, 161, 140] },
  bilinear: {
    size: [2, 9],
    red: [9, 83, 169, 199, 86, 172, 116, 89, 163, 27, 101, 151, 154, 104, 190, 134, 107, 181],
  },
  nearest: { size: [4, 3], red: [111, 77, 43, 120, 86, 52, 138, 104, 70, 147, 113, 79] },
} as const;

for (const kernel of ["bicubic", "bilinear", "nearest"] as const)
  test(`${kernel}: a resized photograph is Pillow's to the byte`, () => {
    const { size, red } = pillow[kernel];
    const resized = rescale(photo, size, kernel);
    assert.deepEqual(resized.shape, size);
    assert.deepEqual(
      resized.data.filter((_, i) => i % 3 === 0),
      Uint8Array.from(red),
    );
  });

test("a map takes the same pixels as a photograph under nearest, and keeps its −1", () => {
  const map = Int8Array.from({ length: 35 }, (_, i) => (i % 6) - 1);
  const asPhoto = Uint8Array.from({ length: 105 }, (_, i) => map[Math.floor(i / 3)] + 1);
  assert.deepEqual(
    rescaleMap(map, [5, 7], [4, 3]),
    Int8Array.from(
      rescale({ data: asPhoto, shape: [5, 7] }, [4, 3], "nearest").data.filter((_, i) => i % 3 === 0),
      (value) => value - 1,
    ),
  );
});

test("a uniform photograph stays uniform, and one of the same size is itself", () => {
  const uniform = { data: new Uint8Array(105).fill(201), shape: [5, 7] } as const;
  for (const kernel of ["bicubic", "bilinear"] as const)
    assert.ok(rescale(uniform, [9, 4], kernel).data.every((value) => value === 201));
  assert.equal(rescale(photo, [5, 7], "bicubic"), photo);
});

test("shares sum to one and stay on the axis; the nearest of a pair is the second", () => {
  for (const kernel of ["bilinear", "bicubic"] as const)
    for (const [from, to] of [
      [7, 20],
      [20, 7],
      [5, 5],
      [1, 3],
    ])
      for (const { first, weights } of taps(from, to, kernel)) {
        assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-12);
        assert.ok(first >= 0 && first + weights.length <= from);
      }
  assert.deepEqual([...nearestPlaces(8, 4)], [1, 3, 5, 7]);
});

test("a size that is no height and width is an error", () => {
  assert.throws(() => rescale(photo, [0, 4], "bicubic"), Problem);
  assert.throws(() => rescaleMap(new Int8Array(35), [5, 7], [2.5, 4]), Problem);
});
