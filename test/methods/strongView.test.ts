import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { arcoDefaults } from "../../lib/methods/arco/options.js";
import type { PseudoLabeled } from "../../lib/methods/pseudoLabels.js";
import { type StrongView, strongView } from "../../lib/methods/strongView.js";

/** Images or volumes of a size: labels in blocks of eight pixels, the image their tenfold, confidences anyhow. */
function lookedAt(count: number, size: readonly number[]): PseudoLabeled {
  const rng = stream(0, "looked");
  const pixels = size.reduce((a, b) => a * b);
  const labels = Int32Array.from({ length: count * pixels }, (_, i) => {
    const blocks = placesOf(i, size).map((place) => Math.floor(place / 8));
    return blocks.reduce((sum, block) => sum + block, Math.floor(i / pixels)) % 4;
  });
  return {
    images: Float32Array.from(labels, (label) => 10 * label),
    labels,
    confidence: Float32Array.from(labels, () => rng.uniform()),
    shape: [count, ...size, 1],
  };
}
const stepsOf = (size: readonly number[]) => size.map((_, axis) => size.slice(axis + 1).reduce((a, b) => a * b, 1));
const placesOf = (i: number, size: readonly number[]) =>
  stepsOf(size).map((step, axis) => Math.floor(i / step) % size[axis]);

const looked = lookedAt(3, [24, 32]);
const { labels } = looked;
const both = [looked, lookedAt(2, [16, 16, 24])];
const plain = { ...arcoDefaults("lab").strong, mixing: "none", photometric: false } as const;
const see = (strong: object, { step = 0, view = "strong", of = looked } = {}): StrongView =>
  strongView(of, { ...plain, ...strong }, { seed: 1, step, view });

/** Pixels whose neighbours, those across corners too, lie in the same image and have their label. */
function isSolid(of: Int32Array, i: number, [, ...shape]: readonly number[]): boolean {
  const size = shape.slice(0, -1);
  const inside = placesOf(i, size).every((place, axis) => place > 0 && place < size[axis] - 1);
  const around = stepsOf(size).reduce((all, step) => all.flatMap((at) => [at - step, at, at + step]), [i]);
  return inside && around.every((at) => of[at] === of[i]);
}

for (const of of both)
  for (const mixing of ["none", "cutmix", "cutout", "classmix"] as const)
    test(`with ${mixing} image, label and confidence of every pixel of ${of.shape.join("×")} come from its source`, () => {
      for (let step = 0; step < 20; step++) {
        const seen = see({ mixing }, { step, of });
        assert.deepEqual(seen.shape, of.shape);
        for (const [i, from] of seen.sources.entries()) {
          const isRight = (["images", "labels", "confidence"] as const).every(
            (what) => seen[what][i] === (from < 0 ? { images: 0, labels: -1, confidence: 0 }[what] : of[what][from]),
          );
          assert.ok(isRight, `pixel ${i} from ${from}`);
        }
        assert.equal(seen.sources.includes(-1), mixing === "cutout");
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

for (const of of both)
  test(`labels go with a warped image of ${of.shape.join("×")}, unless they are told to stay as in the released code`, () => {
    let [warped, apart] = [0, 0];
    const steps = of === looked ? 40 : 12; // warps of volumes take longer
    for (let step = 0; step < steps; step++) {
      const unwarped = see({ mixing: "cutmix" }, { step, of });
      const along = see({ mixing: "cutmix", elastic: true }, { step, of });
      const behind = see({ mixing: "cutmix", elastic: true, elasticLabels: false }, { step, of });
      assert.deepEqual(behind.images, along.images);
      assert.deepEqual(
        [behind.labels, behind.confidence, behind.sources],
        [unwarped.labels, unwarped.confidence, unwarped.sources],
      );
      const isWarped = along.images.some((value, i) => value !== unwarped.images[i]);
      if (!isWarped) assert.deepEqual(along, unwarped);
      warped += Number(isWarped);
      for (const [i, from] of along.sources.entries()) {
        assert.ok(along.labels[i] === of.labels[from] && along.confidence[i] === of.confidence[from], `pixel ${i}`);
        apart += Number(Math.abs(behind.images[i] - 10 * behind.labels[i]) >= 5);
        if (!isSolid(along.labels, i, of.shape)) continue;
        assert.ok(Math.abs(along.images[i] - 10 * along.labels[i]) < 5, "its value is nearest to its own label's");
      }
    }
    assert.ok(
      warped > steps / 5 && warped < (4 * steps) / 5,
      `${warped} of ${steps} batches are warped, each with probability ½`,
    );
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

test("through 8 bits a confidence of 248/255 is sure at 0.97, and one of 247/255 or just below 248/255 is not", () => {
  const values = [247 / 255, 247.99 / 255, 248 / 255 + 1e-6];
  const confidence = Float32Array.from(labels, (_, i) => values[i % 3]);
  const { confidence: seen } = see({ quantise8: true }, { of: { ...looked, confidence } });
  assert.deepEqual(
    [0, 1, 2].map((i) => seen[i] >= 0.97),
    [false, false, true],
  );
});
