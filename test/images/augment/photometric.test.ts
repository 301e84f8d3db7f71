import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { type PhotometricOptions, photometric } from "../../../lib/images/augment/photometric.js";

const side = 12;
const size = side * side;

/** Images of noise about a mean. */
function noise(images: number, mean = 2): Float32Array {
  const rng = stream(0, "noise", images);
  return Float32Array.from({ length: images * size }, () => mean + rng.normal());
}

const changed = (values: Float32Array, options: PhotometricOptions, name = "a", channels = 1) => {
  const images = values.length / size / channels;
  const rngs = Array.from({ length: images }, (_, at) => stream(1, name, at));
  return photometric({ values, shape: [images, side, side, channels] }, rngs, options);
};
const part = (values: Float32Array, image: number) => values.subarray(image * size, (image + 1) * size);
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: ArrayLike<number>) => {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - centre) ** 2)));
};

const draws = 2000;
const many = noise(draws);
const jitterOnly = { blurProbability: 0 };
const blurOnly = { jitterProbability: 0 };
const isSame = (after: Float32Array, image: number) =>
  part(after, image).every((value, i) => value === part(many, image)[i]);
const within = (count: number, share: number) =>
  Math.abs(count - draws * share) < 4 * Math.sqrt(draws * share * (1 - share));

test("half of the images are jittered, half are blurred, independently", () => {
  const images = [...Array(draws).keys()];
  const [jittered, blurred, both] = [jitterOnly, blurOnly, {}].map((options) => {
    const after = changed(many, options);
    return images.map((image) => !isSame(after, image));
  });
  const count = (of: readonly boolean[]) => of.filter(Boolean).length;
  assert.ok(within(count(jittered), 1 / 2) && within(count(blurred), 1 / 2));
  assert.ok(within(count(images.map((image) => jittered[image] && blurred[image])), 1 / 4));
  assert.deepEqual(
    both,
    images.map((image) => jittered[image] || blurred[image]),
    "switching one off leaves the other as drawn",
  );
});

test("brightness scales the mean and contrast the spread about it, by factors spread evenly from 0.75 to 1.25", () => {
  const after = changed(many, { ...jitterOnly, jitterProbability: 1 });
  const factors = Array.from({ length: draws }, (_, image) => {
    const [before, now] = [part(many, image), part(after, image)];
    const brightness = mean(now) / mean(before);
    return [brightness, deviation(now) / deviation(before) / brightness];
  });
  for (const axis of [0, 1]) {
    const values = factors.map((pair) => pair[axis]).sort((a, b) => a - b);
    assert.ok(values[0] >= 0.75 - 1e-4 && values[draws - 1] <= 1.25 + 1e-4);
    for (const [at, value] of values.entries()) {
      const share = (value - 0.75) / 0.5; // Kolmogorov's distance, exceeded once in a thousand times
      assert.ok(Math.abs(share - (at + 0.5) / draws) < 1.95 / Math.sqrt(draws), `factor ${axis}`);
    }
  }
});

test("one factor alone does what it is called", () => {
  const image = noise(1);
  const bright = changed(image, { ...jitterOnly, jitterProbability: 1, contrast: 0 });
  const ratio = bright[0] / image[0];
  assert.ok(bright.every((value, i) => Math.abs(value - ratio * image[i]) < 1e-5));
  const stretched = changed(image, { ...jitterOnly, jitterProbability: 1, brightness: 0 });
  assert.ok(Math.abs(mean(stretched) - mean(image)) < 1e-5);
  assert.deepEqual(
    changed(image, { ...jitterOnly, jitterProbability: 1, brightness: 0, contrast: 0 }).map((value) =>
      Math.round(1e4 * value),
    ),
    image.map((value) => Math.round(1e4 * value)),
  );
});

test("blurring leaves constant images as they are, makes no value that was not there, and smooths the more the wider it is", () => {
  const constant = new Float32Array(3 * size).fill(0.3);
  for (const value of changed(constant, { ...blurOnly, blurProbability: 1 })) assert.ok(Math.abs(value - 0.3) < 1e-6);
  const image = noise(1);
  const spreads = [0.15, 0.5, 1, 2].map((sigma) => {
    const after = changed(image, { ...blurOnly, blurProbability: 1, sigma: [sigma, sigma] });
    assert.ok(Math.min(...after) >= Math.min(...image) && Math.max(...after) <= Math.max(...image));
    return deviation(after);
  });
  assert.deepEqual(
    [...spreads].sort((a, b) => b - a),
    spreads,
  );
  assert.ok(Math.abs(spreads[0] / deviation(image) - 1) < 1e-3, "0.15 pixels are next to nothing");
});

test("a point becomes a Gaussian of the width that was asked for, the same in both directions", () => {
  const sigma = 1.1;
  const point = new Float32Array(size);
  const centre = 6;
  point[centre * side + centre] = 1;
  const after = changed(point, { ...blurOnly, blurProbability: 1, sigma: [sigma, sigma] });
  const at = (y: number, x: number) => after[(centre + y) * side + centre + x];
  assert.ok(Math.abs(mean(after) * size - 1) < 1e-5);
  for (const [y, x] of [
    [0, 1],
    [1, 1],
    [2, 0],
    [-2, 1],
    [3, 0],
  ]) {
    assert.ok(Math.abs(at(y, x) / at(0, 0) - Math.exp(-(y * y + x * x) / 2 / sigma ** 2)) < 1e-4, `${y} ${x}`);
    assert.ok(Math.abs(at(y, x) - at(x, y)) < 1e-7 && Math.abs(at(y, x) - at(-y, -x)) < 1e-7);
  }
});

test("channels do not run into each other, nor slices of a volume", () => {
  const [first, second] = [noise(1), noise(1, -5).map((value) => 3 * value)];
  const woven = Float32Array.from({ length: 2 * size }, (_, i) => [first, second][i % 2][i >> 1]);
  const options = { ...blurOnly, blurProbability: 1 };
  const after = changed(woven, options, "a", 2);
  const alone = changed(first, options);
  for (let i = 0; i < size; i++) assert.ok(Math.abs(after[2 * i] - alone[i]) < 1e-6);
  const blurred = photometric({ values: woven, shape: [1, side, side, 2, 1] }, [stream(1, "a", 0)], options);
  for (let i = 0; i < size; i++) assert.ok(Math.abs(blurred[2 * i] - alone[i]) < 1e-6);
});

test("8 bits leave at most 256 values over an image's range, each moved down by less than a step", () => {
  const image = Float32Array.from({ length: size * 20 }, (_, i) => noise(20)[i]);
  const shape = [1, side, side * 20, 1];
  const after = photometric({ values: image, shape }, [stream(1)], {
    jitterProbability: 0,
    blurProbability: 0,
    quantise8: true,
  });
  const [low, high] = [Math.min(...image), Math.max(...image)];
  const step = (high - low) / 255;
  assert.ok(new Set(after).size <= 256);
  for (const [i, value] of after.entries()) {
    const level = (value - low) / step;
    assert.ok(Math.abs(level - Math.round(level)) < 1e-2);
    assert.ok(
      image[i] - value > -0.02 * step && image[i] - value < 2.02 * step,
      "twice, so a level on a border may fall by one more",
    );
  }
  const constant = new Float32Array(size).fill(3);
  assert.deepEqual(changed(constant, { jitterProbability: 0, blurProbability: 0, quantise8: true }), constant);
});

test("an image's changes follow from its own stream alone, and what was given is as before", () => {
  const before = many.slice();
  const whole = changed(many, {});
  assert.deepEqual(many, before);
  assert.deepEqual(changed(many, {}), whole);
  assert.notDeepEqual(changed(many, {}, "b"), whole);
  const first = photometric({ values: part(many, 0), shape: [1, side, side, 1] }, [stream(1, "a", 0)]);
  assert.deepEqual(first, Float32Array.from(part(whole, 0)));
});

test("a volume is blurred in the plane of its slices, and no slice into the next", () => {
  const [x, y, z] = [7, 9, 5];
  const values = new Float32Array(x * y * z);
  const at = (i: number, j: number, k: number) => (i * y + j) * z + k;
  values[at(3, 4, 2)] = 1;
  const options = { ...blurOnly, blurProbability: 1, sigma: [0.8, 0.8] } as const;
  const after = photometric({ values, shape: [1, x, y, z, 1] }, [stream(0, "volume")], options);
  const weights = [0, 1, 2, 3].map((distance) => Math.exp(-((distance / 0.8) ** 2) / 2));
  const total = weights.reduce((sum, weight, distance) => sum + (distance === 0 ? weight : 2 * weight), 0);
  for (let i = 0; i < x; i++)
    for (let j = 0; j < y; j++)
      for (let k = 0; k < z; k++) {
        const [along, across] = [Math.abs(i - 3), Math.abs(j - 4)].map((distance) => (weights[distance] ?? 0) / total);
        assert.ok(Math.abs(after[at(i, j, k)] - (k === 2 ? along * across : 0)) < 1e-6, `${i} ${j} ${k}`);
      }
});
