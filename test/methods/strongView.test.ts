import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { arcoDefaults } from "../../lib/methods/arco/options.js";
import type { PseudoLabeled } from "../../lib/methods/pseudoLabels.js";
import { type StrongView, strongView } from "../../lib/methods/strongView.js";
import { Problem } from "../../lib/problem.js";

const [count, height, width] = [3, 24, 32];
const size = height * width;
const rng = stream(0, "looked");
/** Labels in blocks of eight pixels, the image their tenfold, confidences anyhow. */
const labels = Int32Array.from({ length: count * size }, (_, i) => {
  const [image, y, x] = [Math.floor(i / size), Math.floor((i % size) / width), i % width];
  return (image + Math.floor(y / 8) + Math.floor(x / 8)) % 4;
});
const looked: PseudoLabeled = {
  images: Float32Array.from(labels, (label) => 10 * label),
  labels,
  confidence: Float32Array.from(labels, () => rng.uniform()),
  shape: [count, height, width, 1],
};
const plain = { ...arcoDefaults("lab").strong, mixing: "none", photometric: false } as const;
const see = (strong: object, { step = 0, view = "strong", of = looked } = {}): StrongView =>
  strongView(of, { ...plain, ...strong }, { seed: 1, step, view });

/** Pixels whose eight neighbours lie in the same image and have their label. */
const isSolid = (of: Int32Array, i: number) => {
  const [y, x] = [Math.floor((i % size) / width), i % width];
  if (y < 1 || x < 1 || y > height - 2 || x > width - 2) return false;
  return [-1, 0, 1].every((down) => [-1, 0, 1].every((right) => of[i + down * width + right] === of[i]));
};

for (const mixing of ["none", "cutmix", "cutout", "classmix"] as const)
  test(`with ${mixing} image, label and confidence of every pixel come from its source`, () => {
    for (let step = 0; step < 20; step++) {
      const { images, labels: moved, confidence, sources, shape } = see({ mixing }, { step });
      assert.deepEqual(shape, looked.shape);
      for (const [i, from] of sources.entries()) {
        const expected = from < 0 ? [0, -1, 0] : [looked.images[from], labels[from], looked.confidence[from]];
        assert.deepEqual([images[i], moved[i], confidence[i]], expected);
      }
      assert.equal(sources.includes(-1), mixing === "cutout");
    }
  });

test("grey values change without moving anything", () => {
  const [still, changed] = [see({ mixing: "cutmix" }), see({ mixing: "cutmix", photometric: true })];
  assert.deepEqual(
    [changed.labels, changed.confidence, changed.sources],
    [still.labels, still.confidence, still.sources],
  );
  assert.notDeepEqual(changed.images, still.images);
});

test("labels go with a warped image, unless they are told to stay as in the released code", () => {
  let [warped, apart] = [0, 0];
  for (let step = 0; step < 40; step++) {
    const unwarped = see({ mixing: "cutmix" }, { step });
    const along = see({ mixing: "cutmix", elastic: true }, { step });
    const behind = see({ mixing: "cutmix", elastic: true, elasticLabels: false }, { step });
    assert.deepEqual(behind.images, along.images);
    assert.deepEqual(
      [behind.labels, behind.confidence, behind.sources],
      [unwarped.labels, unwarped.confidence, unwarped.sources],
    );
    const isWarped = along.images.some((value, i) => value !== unwarped.images[i]);
    if (!isWarped) assert.deepEqual(along, unwarped);
    warped += Number(isWarped);
    for (const [i, from] of along.sources.entries()) {
      assert.deepEqual([along.labels[i], along.confidence[i]], [labels[from], looked.confidence[from]]);
      if (!isSolid(along.labels, i)) continue;
      assert.ok(Math.abs(along.images[i] - 10 * along.labels[i]) < 5, "its value is nearest to its own label's");
      apart += Number(Math.abs(behind.images[i] - 10 * behind.labels[i]) >= 5);
    }
  }
  assert.ok(warped > 8 && warped < 32, `${warped} of 40 batches are warped, each with probability ½`);
  assert.ok(apart > 0, "labels that stay behind miss their image");
});

test("views of one step share the mixing and nothing else; steps share nothing", () => {
  const all = { mixing: "cutmix", photometric: true };
  const [one, other] = [see(all), see(all, { view: "equivariance" })];
  assert.deepEqual(one, see(all));
  assert.deepEqual([other.sources, other.labels], [one.sources, one.labels]);
  assert.notDeepEqual(other.images, one.images);
  assert.notDeepEqual(see(all, { step: 1 }).sources, one.sources);
  const seed = strongView(looked, { ...plain, mixing: "cutmix" }, { seed: 2, step: 0, view: "strong" });
  assert.notDeepEqual(seed.sources, one.sources);
});

test("what is drawn does not depend on labels and confidences, but where classes are mixed", () => {
  const of = {
    ...looked,
    labels: labels.map((label) => 3 - label),
    confidence: looked.confidence.map((value) => 1 - value),
  };
  const all = { mixing: "cutmix", photometric: true, elastic: true };
  for (let step = 0; step < 6; step++) {
    const [one, other] = [see(all, { step }), see(all, { step, of })];
    assert.deepEqual([other.images, other.sources], [one.images, one.sources]);
  }
  const mixed = { mixing: "classmix" };
  assert.notDeepEqual(
    see(mixed, { of: { ...looked, labels: labels.map((label) => label & 1) } }).sources,
    see(mixed).sources,
  );
});

test("through 8 bits a confidence counts from 248/255 as 0.97 and from 179/255 as 0.7", () => {
  const confidence = Float32Array.from(labels, (_, i) => i / (labels.length - 1));
  const { confidence: seen } = see({ quantise8: true }, { of: { ...looked, confidence } });
  for (const [i, value] of confidence.entries()) {
    assert.ok(Math.abs(seen[i] - Math.floor(255 * value) / 255) < 1e-6);
    assert.deepEqual([seen[i] >= 0.97, seen[i] >= 0.7], [255 * value >= 248, 255 * value >= 179]);
  }
  assert.deepEqual(see({}, { of: { ...looked, confidence } }).confidence, confidence);
});

test("volumes are refused by name", () => {
  assert.throws(
    () => see({}, { of: { ...looked, shape: [1, 3, height, width, 1] } }),
    (error) =>
      error instanceof Problem && /found images of 3 dimensions, expected height and width/.test(error.message),
  );
});
