import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { augmentationOf } from "../../../lib/images/augment/slices.js";
import { type PatchOptions, patchOf } from "../../../lib/images/augment/volumes.js";

const all = augmentationOf("lab");

/** A volume whose two channels hold each voxel's number from 1 and its negative, and whose label is the number modulo 100. */
function numbered(shape: readonly number[]) {
  const voxels = shape.reduce((a, b) => a * b, 1);
  const image = new Float32Array(2 * voxels);
  for (let i = 0; i < voxels; i++) image.set([i + 1, -i - 1], 2 * i);
  return { image, label: Int8Array.from({ length: voxels }, (_, i) => (i + 1) % 100), shape };
}

/** The number at a place of a patch, 0 outside. */
const valueAt = (image: Float32Array, [, ny, nz]: readonly number[], x: number, y: number, z: number) =>
  image[2 * ((x * ny + y) * nz + z)];

const draws = (count: number, shape: readonly number[], options: PatchOptions) =>
  Array.from({ length: count }, (_, i) => patchOf(numbered(shape), options, stream(0, "patch", i)));

test("image, both channels and label move alike, and outside everything is 0", () => {
  for (const { image, label, shape } of draws(60, [5, 7, 4], { ...all, size: [6, 6, 6] })) {
    assert.deepEqual(shape, [6, 6, 6]);
    for (const [i, value] of label?.entries() ?? []) {
      assert.equal(value, image[2 * i] % 100);
      assert.equal(image[2 * i + 1], image[2 * i] === 0 ? 0 : -image[2 * i]);
    }
  }
});

test("a patch is a turned or mirrored piece of the volume: in x–y every pose of the eight that is a mirror, along z none", () => {
  const shape = [6, 8, 5];
  const poses = new Set<string>();
  for (const { image } of draws(200, shape, { ...all, size: [4, 4, 4] })) {
    const from = (x: number, y: number, z: number) => {
      const i = valueAt(image, [4, 4, 4], x, y, z) - 1;
      return [Math.floor(i / 40), Math.floor(i / 5) % 8, i % 5];
    };
    const origin = from(0, 0, 0);
    const step = (at: readonly number[]) => at.map((value, axis) => value - origin[axis]);
    const [right, down, deep] = [step(from(1, 0, 0)), step(from(0, 1, 0)), step(from(0, 0, 1))];
    assert.deepEqual(deep, [0, 0, 1]);
    for (let x = 0; x < 4; x++)
      for (let y = 0; y < 4; y++)
        for (let z = 0; z < 4; z++)
          assert.deepEqual(
            from(x, y, z),
            origin.map((at, axis) => at + x * right[axis] + y * down[axis] + z * deep[axis]),
          );
    assert.equal(right[0] * down[1] - right[1] * down[0], -1, "a mirror");
    poses.add([...right, ...down].join());
  }
  assert.equal(poses.size, 4);
});

test("quarter turns are numpy's rot90", () => {
  // python3 -c "import numpy; print([numpy.rot90(numpy.arange(1, 7).reshape(2, 3, 1), k).ravel().tolist() for k in range(4)])"
  const turned = new Set(["1,2,3,4,5,6", "3,6,2,5,1,4", "6,5,4,3,2,1", "4,1,5,2,6,3"]);
  const still = { ...all, flip: false, crop: false };
  for (const { image } of draws(50, [2, 3, 1], { ...still, size: [3, 3, 1] }))
    assert.ok(
      turned.delete(
        Array.from(image)
          .filter((value) => value > 0)
          .join(),
      ) || turned.size < 4,
    );
  assert.equal(turned.size, 0);
});

test("every place of the patch is equally likely, and all are reached", () => {
  const still = { ...all, rotation: false, flip: false };
  const counts = new Map<number, number>();
  const many = 6000;
  for (const { image } of draws(many, [5, 4, 4], { ...still, size: [4, 3, 2] }))
    counts.set(image[0], (counts.get(image[0]) ?? 0) + 1);
  assert.equal(counts.size, 2 * 2 * 3);
  let chiSquare = 0;
  for (const count of counts.values()) chiSquare += (count - many / 12) ** 2 / (many / 12);
  assert.ok(chiSquare < 31.3, `χ² ${chiSquare} of 11 degrees, p = 0.001`);
});

test("a volume smaller than the patch lies in it whole, or cut by the margin of three at most", () => {
  for (const { image } of draws(100, [4, 5, 6], { ...all, size: [8, 8, 8] })) {
    const found = Array.from(image).filter((value) => value > 0).length;
    assert.ok(found >= (4 - 1) * (5 - 2) * (6 - 2), `found ${found} of 120 voxels`);
  }
  const [{ image }] = draws(1, [4, 5, 6], { ...all, rotation: false, flip: false, crop: false, size: [8, 8, 8] });
  assert.equal(valueAt(image, [8, 8, 8], 2, 1, 1), 1, "in the middle");
  assert.equal(image.filter((value) => value > 0).length, 120);
});

test("a switch leaves the other moves as they are", () => {
  const size = [4, 4, 4];
  for (let i = 0; i < 30; i++) {
    const first = (options: Partial<PatchOptions>) =>
      patchOf(numbered([4, 4, 9]), { ...all, size, ...options }, stream(1, i)).image;
    const z = (image: Float32Array) => Math.max(...image) % 9;
    assert.equal(z(first({})), z(first({ rotation: false, flip: false })), "turning does not change the place along z");
    assert.deepEqual(first({ rotation: false }), first({ quarterTurns: false }));
  }
  const along = (flipAxis: "either" | "horizontal") =>
    new Set(
      draws(40, [4, 4, 4], { ...all, rotation: false, crop: false, flipAxis, size }).map(({ image }) =>
        Array.from(image).find((value) => value > 0),
      ),
    ).size;
  assert.deepEqual([along("either"), along("horizontal")], [2, 1]);
});

test("a patch says where along the last axis it begins, and of how many slices", () => {
  const shape = [6, 8, 9];
  const begun = new Set<number>();
  for (const { image, slice, slices } of draws(100, shape, { ...all, size: [4, 4, 4] })) {
    assert.deepEqual([(image[0] - 1) % 9, slices], [slice, 9]);
    begun.add(slice);
  }
  assert.deepEqual([...begun].sort(), [0, 1, 2, 3, 4, 5]);
  const surrounded = draws(100, [6, 8, 2], { ...all, size: [4, 4, 4] }); // by 1 on both sides, and 3 more
  assert.deepEqual([...new Set(surrounded.map(({ slice }) => slice))].sort(), [-1, -2, -3, -4, 0, 1, 2]);
});
