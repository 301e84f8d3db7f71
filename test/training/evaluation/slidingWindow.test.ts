import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { type PatchPredictor, slidingWindow, starts } from "../../../lib/training/evaluation/slidingWindow.js";

const volume = (shape: readonly number[], channels = 1) => {
  const rng = stream(0, "volume", ...shape);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, channels) }, () => rng.uniform(-1, 1));
};

/** The probabilities of all planes, one after the other. */
async function whole(...given: Parameters<typeof slidingWindow>): Promise<Float32Array> {
  const found: number[] = [];
  for await (const { from, count, values } of slidingWindow(...given)) {
    assert.equal(from * (values.length / count), found.length);
    for (const value of values) found.push(value);
  }
  return Float32Array.from(found);
}

/** Two classes: the value, and 1 − the value. */
const identity: PatchPredictor = async (patches) =>
  Float32Array.from({ length: 2 * patches.length }, (_, i) => (i % 2 === 0 ? patches[i >> 1] : 1 - patches[i >> 1]));

test("windows begin at multiples of the stride, the last one at the border", () => {
  assert.deepEqual(starts(144, 112, 18), [0, 18, 32]);
  assert.deepEqual(starts(88, 80, 4), [0, 4, 8]);
  assert.deepEqual(starts(112, 112, 18), [0]);
  assert.deepEqual(starts(109, 112, 18), [-1]);
});

test("a network that says what it sees gives back the volume, whatever its size, stride and how many windows go at once", async () => {
  for (const shape of [
    [9, 7, 6],
    [4, 4, 4],
    [3, 9, 2],
    [1, 1, 1],
  ])
    for (const stride of [
      [1, 2, 3],
      [4, 4, 4],
    ])
      for (const atOnce of [1, 3, 1000]) {
        const image = volume(shape);
        const found = await whole(image, shape, { size: [4, 4, 4], stride }, identity, { atOnce });
        assert.equal(found.length, 2 * image.length);
        for (const [i, value] of image.entries()) {
          assert.ok(Math.abs(found[2 * i] - value) < 1e-6);
          assert.ok(Math.abs(found[2 * i + 1] - (1 - value)) < 1e-6);
        }
      }
});

/** Says of every voxel the sum of its window, and its place in it: other for each window. */
const aware: PatchPredictor = async (patches, count) => {
  const size = patches.length / count;
  const sums = Array.from({ length: count }, (_, k) =>
    patches.subarray(k * size, (k + 1) * size).reduce((sum, value) => sum + value, 0),
  );
  return Float32Array.from({ length: count * 60 * 2 }, (_, i) =>
    i % 2 === 0 ? sums[Math.floor(i / 120)] : (i >> 1) % 60,
  );
};

test("what overlapping windows say is averaged: equal to brute force, with several channels and zeros around", async () => {
  const [size, stride] = [
    [3, 4, 5],
    [2, 1, 4],
  ];
  for (const shape of [
    [6, 5, 11],
    [2, 6, 5],
    [3, 3, 4],
  ]) {
    const image = volume(shape, 2);
    for (const weighting of ["uniform", "gaussian"] as const) {
      const found = await whole(image, shape, { size, stride, weighting }, aware, { atOnce: 4 });
      const expected = await bruteForce(image, shape, size, stride, weighting === "uniform" ? () => 1 : gaussian);
      assert.equal(found.length, expected.length);
      for (const [i, value] of expected.entries())
        assert.ok(Math.abs(found[i] - value) < 1e-4, `${weighting}, ${shape}: ${i}`);
    }
  }
});

/** exp(−d²/2σ²) at a place of a window, σ an eighth of its sides. */
const gaussian = (place: readonly number[], size: readonly number[]) =>
  place.reduce(
    (product, at, axis) => product * Math.exp(-0.5 * ((at - (size[axis] - 1) / 2) / (size[axis] / 8)) ** 2),
    1,
  );

async function bruteForce(
  image: Float32Array,
  shape: number[],
  size: number[],
  stride: number[],
  weightOf: (place: readonly number[], size: readonly number[]) => number,
): Promise<number[]> {
  const [nx, ny, nz] = shape;
  const sums = new Float64Array(nx * ny * nz * 2);
  const counts = new Float64Array(nx * ny * nz);
  const [xs, ys, zs] = shape.map((length, axis) => starts(length, size[axis], stride[axis]));
  for (const x of xs)
    for (const y of ys)
      for (const z of zs) {
        const places: number[] = [];
        for (let i = x; i < x + size[0]; i++)
          for (let j = y; j < y + size[1]; j++)
            for (let k = z; k < z + size[2]; k++)
              places.push(i >= 0 && j >= 0 && k >= 0 && i < nx && j < ny && k < nz ? (i * ny + j) * nz + k : -1);
        const patch = places.flatMap((at) => (at < 0 ? [0, 0] : [image[2 * at], image[2 * at + 1]]));
        const said = await aware(Float32Array.from(patch), 1);
        for (const [i, at] of places.entries()) {
          if (at < 0) continue;
          const weight = weightOf(
            [Math.floor(i / size[1] / size[2]), Math.floor(i / size[2]) % size[1], i % size[2]],
            size,
          );
          counts[at] += weight;
          sums[2 * at] += weight * said[2 * i];
          sums[2 * at + 1] += weight * said[2 * i + 1];
        }
      }
  return Array.from(sums, (sum, i) => sum / counts[i >> 1]);
}

test("planes are finished as soon as no window sees them, so that no more are kept than a window has", async () => {
  const [shape, size, stride] = [
    [11, 3, 2],
    [4, 4, 4],
    [3, 4, 4],
  ];
  const planes: number[][] = [];
  let asked = 0;
  const counting: PatchPredictor = async (patches, count) => {
    asked += count;
    return identity(patches, count);
  };
  for await (const { from, count } of slidingWindow(volume(shape), shape, { size, stride }, counting, { atOnce: 1 }))
    planes.push([from, count, asked]);
  // windows begin at 0, 3, 6 and 7
  assert.deepEqual(planes, [
    [0, 3, 2],
    [3, 3, 3],
    [6, 1, 4],
    [7, 4, 4],
  ]);
});

test("between two batches of windows other work comes in, the share is told, and a signal stops with its reason", async () => {
  const [shape, size, stride] = [
    [11, 3, 2],
    [4, 4, 4],
    [3, 4, 4],
  ];
  const shares: number[] = [];
  const onShare = (share: number) => shares.push(share);
  await whole(volume(shape), shape, { size, stride }, identity, { atOnce: 1, onShare });
  assert.deepEqual(shares, [1 / 4, 2 / 4, 3 / 4]);

  const stop = new AbortController();
  let asked = 0;
  const stopping: PatchPredictor = async (patches, count) => {
    asked += count;
    setImmediate(() => stop.abort(new Error("enough"))); // as a signal of the system comes
    return identity(patches, count);
  };
  const { signal } = stop;
  await assert.rejects(whole(volume(shape), shape, { size, stride }, stopping, { atOnce: 1, signal }), {
    message: "enough",
  });
  assert.equal(asked, 1);
});
