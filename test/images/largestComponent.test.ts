import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { largestComponents } from "../../lib/images/largestComponent.js";
import type { Volume } from "../../lib/images/volume.js";

const geometry = {
  spacingMm: [1, 1, 1],
  affine: [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ],
  path: "mask.nii",
} as const;

/** A mask of a shape [z, y, x] with a value at each of some places [z, y, x]. */
function maskOf(shape: Volume["shape"], ...voxels: (readonly [z: number, y: number, x: number, value?: number])[]) {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (const [z, y, x, value = 1] of voxels) data[(z * shape[1] + y) * shape[2] + x] = value;
  return { ...geometry, shape, data };
}

/** A mask where a function of z, y, x says a class. */
const drawn = (shape: Volume["shape"], value: (z: number, y: number, x: number) => number): Volume<Uint8Array> => ({
  ...geometry,
  shape,
  data: Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) =>
    value(Math.floor(i / shape[1] / shape[2]), Math.floor(i / shape[2]) % shape[1], i % shape[2]),
  ),
});

test("of two balls the larger one is kept, wherever it lies, and nothing else of the mask changes", () => {
  const ball = (radius: number, at: number) => (z: number, y: number, x: number) =>
    (z - 5) ** 2 + (y - 6) ** 2 + (x - at) ** 2 <= radius ** 2;
  for (const [first, second] of [
    [4, 3],
    [3, 4],
  ]) {
    const [left, right] = [ball(first, 5), ball(second, 16)];
    const both = drawn([11, 13, 22], (...place) => Number(left(...place) || right(...place)));
    const larger = drawn([11, 13, 22], (...place) => Number((first > second ? left : right)(...place)));
    assert.deepEqual(largestComponents(both), larger);
  }
});

test("voxels that share a corner, an edge or a face are neighbours; the ends of rows and slices are not", () => {
  const shape = [3, 4, 5] as const;
  for (const other of [
    [1, 1, 1],
    [0, 1, 1],
    [0, 0, 1],
    [1, 0, 0],
  ] as const) {
    const diagonal = maskOf(shape, [0, 0, 0], other);
    assert.deepEqual(largestComponents(diagonal), diagonal);
  }
  for (const [one, next] of [
    [
      [0, 0, 4],
      [0, 1, 0],
    ],
    [
      [0, 3, 4],
      [1, 0, 0],
    ],
    [
      [0, 0, 0],
      [0, 0, 2],
    ],
  ] as const)
    assert.deepEqual(largestComponents(maskOf(shape, one, next)), maskOf(shape, one));
});

test("of equal components the one whose first voxel comes first is kept", () => {
  const shape = [2, 3, 6] as const;
  const first = [
    [0, 0, 5],
    [0, 1, 5],
  ] as const;
  const later = [
    [0, 1, 0],
    [0, 2, 0],
  ] as const;
  assert.deepEqual(largestComponents(maskOf(shape, ...first, ...later)), maskOf(shape, ...first));
});

test("each class is apart: others neither join its parts nor compete with them, and a mask of background stays one", () => {
  const shape = [1, 4, 9] as const;
  const kept = [
    [0, 0, 0],
    [0, 0, 1],
    [0, 0, 2, 2],
    [0, 3, 8, 7],
  ] as const;
  assert.deepEqual(largestComponents(maskOf(shape, ...kept, [0, 0, 3], [0, 2, 0, 2])), maskOf(shape, ...kept));
  assert.deepEqual(largestComponents(maskOf(shape)), maskOf(shape));
});

test("equal to labels spread from neighbour to neighbour until nothing changes, and done once it is done", () => {
  const masks = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }))
    .chain((shape) =>
      fc
        .array(fc.constantFrom(0, 0, 0, 1, 1, 2), {
          minLength: shape[0] * shape[1] * shape[2],
          maxLength: shape[0] * shape[1] * shape[2],
        })
        .map((values): Volume<Uint8Array> => ({ ...geometry, shape, data: Uint8Array.from(values) })),
    );
  fc.assert(
    fc.property(masks, (mask) => {
      const before = Uint8Array.from(mask.data);
      const found = largestComponents(mask);
      assert.deepEqual(found.data, slowly(mask));
      assert.deepEqual(largestComponents(found), found);
      assert.deepEqual(mask.data, before, "the mask that was given stays");
    }),
    { numRuns: 300 },
  );
});

/** Each voxel takes the smallest number among its neighbours of its class, again and again. */
function slowly({ data, shape: [, height, width] }: Volume<Uint8Array>): Uint8Array {
  const place = (i: number) => [Math.floor(i / height / width), Math.floor(i / width) % height, i % width];
  const isNear = (i: number, j: number) => place(i).every((at, axis) => Math.abs(at - place(j)[axis]) <= 1);
  const numbers = [...data.keys()];
  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const i of data.keys())
      for (const j of data.keys())
        if (data[i] === data[j] && numbers[j] < numbers[i] && isNear(i, j)) {
          numbers[i] = numbers[j];
          isDone = false;
        }
  }
  const sizeOf = (number: number) => numbers.filter((one) => one === number).length;
  const best = (value: number) =>
    numbers
      .filter((number, i) => data[i] === value && number === i)
      .reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
  return data.map((value, i) => (value > 0 && numbers[i] === best(value) ? value : 0));
}
