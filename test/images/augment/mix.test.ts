import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stream } from "../../../lib/engine/random.js";
import { type Mixing, mixSources, takeFrom } from "../../../lib/images/augment/mix.js";

const side = fc.integer({ min: 4, max: 24 });
const batch = fc
  .tuple(fc.integer({ min: 1, max: 4 }), side, side, fc.integer({ min: 0, max: 4 }), fc.nat(1000))
  .chain(([images, height, width, max, seed]) => {
    const length = images * height * width;
    return fc
      .array(fc.integer({ min: -1, max }), { minLength: length, maxLength: length })
      .map((labels) => ({ shape: [images, height, width], labels: Int32Array.from(labels), seed }));
  });
const mixed = (mixing: Mixing, { shape, labels, seed }: { shape: number[]; labels: Int32Array; seed: number }) =>
  mixSources(
    mixing,
    labels,
    shape,
    Array.from({ length: shape[0] }, (_, at) => stream(seed, "mix", at)),
  );

/** For each image the places whose source is not their own, as a box; undefined where they do not fill one. */
function boxes(sources: Int32Array, [images, height, width]: readonly number[]) {
  return Array.from({ length: images }, (_, image) => {
    const own = sources.subarray(image * height * width, (image + 1) * height * width);
    const places = [...own.keys()].filter((i) => own[i] !== image * height * width + i);
    const [rows, columns] = [places.map((i) => Math.floor(i / width)), places.map((i) => i % width)];
    const [top, left] = [Math.min(...rows), Math.min(...columns)];
    const [tall, wide] = [Math.max(...rows) - top + 1, Math.max(...columns) - left + 1];
    return { places, top, left, tall, wide, isFull: tall * wide === places.length };
  });
}

for (const mixing of ["cutmix", "cutout"] as const)
  test(`${mixing} changes a box of half the area, ${mixing === "cutmix" ? "to the same place of the next image" : "to nothing"}`, () => {
    fc.assert(
      fc.property(batch, (given) => {
        const [images, height, width] = given.shape;
        const size = height * width;
        if (mixing === "cutmix" && images === 1) return; // see below
        const sources = mixed(mixing, given);
        for (const [image, { places, wide, isFull }] of boxes(sources, given.shape).entries()) {
          assert.ok(isFull, "a box");
          assert.ok(wide > Math.floor(width / 2) && wide < width);
          assert.ok(Math.abs(places.length - size / 2) <= wide / 2, "half the area, as near as whole rows allow");
          for (const place of places)
            assert.equal(
              sources[image * size + place],
              mixing === "cutout" ? -1 : ((image + 1) % images) * size + place,
            );
        }
      }),
    );
  });

test("the box lies anywhere, with every width from just over a half to just under the whole", () => {
  const shape = [2, 16, 16];
  const labels = new Int32Array(512);
  const found = Array.from({ length: 4000 }, (_, seed) =>
    boxes(mixed("cutmix", { shape, labels, seed }), shape),
  ).flat();
  const widths = new Map<number, number>();
  for (const { wide } of found) widths.set(wide, (widths.get(wide) ?? 0) + 1);
  assert.deepEqual(
    [...widths.keys()].sort((a, b) => a - b),
    [9, 10, 11, 12, 13, 14, 15],
  );
  for (const count of widths.values()) assert.ok(Math.abs(count - 8000 / 7) < 4 * Math.sqrt(8000 / 7));
  for (const { wide, tall } of found) assert.equal(tall, Math.round(128 / wide));
  for (const wide of [9, 15]) {
    const of = found.filter((box) => box.wide === wide);
    const [lefts, tops] = [new Set(of.map(({ left }) => left)), new Set(of.map(({ top }) => top))];
    assert.deepEqual([lefts.size, tops.size], [17 - wide, 17 - Math.round(128 / wide)]);
  }
});

test("classmix keeps whole classes, half of those that occur, and shows the next image elsewhere", () => {
  fc.assert(
    fc.property(batch, (given) => {
      const [images, height, width] = given.shape;
      const size = height * width;
      if (images === 1) return; // see below
      const sources = mixed("classmix", given);
      for (let image = 0; image < images; image++) {
        const own = given.labels.subarray(image * size, (image + 1) * size);
        const next = ((image + 1) % images) * size;
        const stays = (i: number) => sources[image * size + i] === image * size + i;
        const kept = new Set([...own.keys()].filter(stays).map((i) => own[i]));
        const present = new Set([...own].filter((label) => label >= 0));
        assert.equal(kept.size, Math.floor(present.size / 2));
        for (const [i, label] of own.entries()) assert.equal(stays(i), kept.has(label), `class ${label}`);
        for (const i of own.keys()) if (!stays(i)) assert.equal(sources[image * size + i], next + i);
      }
    }),
  );
});

/** The classes that each of many draws keeps of an image of 16 pixels, whose labels are repeated; the next image is all of class 9. */
function keptOf(own: readonly number[], voidIsClass: boolean): Set<string> {
  const labels = Int32Array.from({ length: 32 }, (_, i) => (i < 16 ? own[i % own.length] : 9));
  const draws = Array.from({ length: 60 }, (_, seed) => {
    const rngs = [0, 1].map((at) => stream(seed, "mix", at));
    const sources = mixSources("classmix", labels, [2, 4, 4], rngs, { voidIsClass });
    assert.ok(sources.subarray(0, 16).every((from, i) => from === i || from === 16 + i));
    return [...new Set(labels.subarray(0, 16).filter((_, i) => sources[i] === i))].sort().join();
  });
  return new Set(draws);
}

test("of one class nothing is kept, of two or three one; void counts as one of them where it is told to, otherwise it is never kept", () => {
  const cases: [number[], boolean, string[]][] = [
    [[3], false, [""]], // the whole image is replaced by the next
    [[3, 5], false, ["3", "5"]],
    [[3, 5, 7], false, ["3", "5", "7"]],
    [[3, -1], false, [""]],
    [[3, 5, -1], false, ["3", "5"]],
    [[3, 5, 7, -1], false, ["3", "5", "7"]],
    [[-1], true, [""]],
    [[3, -1], true, ["-1", "3"]],
    [[3, 5, -1], true, ["-1", "3", "5"]],
    [[3, 5, 7, -1], true, ["-1,3", "-1,5", "-1,7", "3,5", "3,7", "5,7"]],
    [[3, 5, 7], true, ["3", "5", "7"]],
  ];
  for (const [own, voidIsClass, kept] of cases)
    assert.deepEqual([...keptOf(own, voidIsClass)].sort(), kept, `${own} ${voidIsClass}`);
});

test("each class of an image is kept as often as any other", () => {
  const labels = Int32Array.from({ length: 32 }, (_, i) => i % 4);
  const counts = [0, 0, 0, 0];
  for (let seed = 0; seed < 2000; seed++) {
    const sources = mixed("classmix", { shape: [2, 4, 4], labels, seed });
    for (const label of counts.keys()) if (sources[label] === label) counts[label]++;
  }
  for (const count of counts) assert.ok(Math.abs(count - 1000) < 4 * Math.sqrt(500), counts.join());
});

test("without mixing everything stays, and what is empty is filled as it is told", () => {
  fc.assert(
    fc.property(batch, (given) => {
      const sources = mixed("none", given);
      assert.deepEqual(sources, Int32Array.from(sources.keys()));
      assert.deepEqual(takeFrom(given.labels, sources, 9), given.labels);
    }),
  );
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  assert.deepEqual(takeFrom(values, Int32Array.of(2, -1, 0), 9), Float32Array.of(5, 6, 9, 9, 1, 2));
  assert.deepEqual(takeFrom(Int32Array.of(7, 8), Int32Array.of(-1, 0), -1), Int32Array.of(-1, 7));
  assert.deepEqual(values, Float32Array.of(1, 2, 3, 4, 5, 6), "what was given is as before");
});

test("one image alone, which would stay as it is, is not shown on a next one: that is a Problem; emptied it can be", () => {
  const alone = { labels: new Int32Array(144), seed: 1 };
  for (const shape of [
    [1, 12, 12],
    [1, 4, 6, 6],
  ]) {
    for (const mixing of ["cutmix", "classmix"] as const)
      assert.throws(() => mixed(mixing, { ...alone, shape }), {
        name: "Problem",
        message: new RegExp(`found one image for ${mixing}, .*expected at least 2`),
      });
    assert.ok(mixed("cutout", { ...alone, shape }).includes(-1));
    assert.ok(mixed("none", { ...alone, shape }).every((from, i) => from === i));
  }
});

test("an image's box follows from its own stream", () => {
  const given = { shape: [3, 12, 12], labels: new Int32Array(432), seed: 1 };
  assert.deepEqual(mixed("cutmix", given), mixed("cutmix", given));
  assert.notDeepEqual(mixed("cutmix", given), mixed("cutmix", { ...given, seed: 2 }));
  const alone = boxes(mixed("cutout", { ...given, shape: [1, 12, 12] }), [1, 12, 12]);
  assert.deepEqual(boxes(mixed("cutout", given), given.shape)[0], alone[0]);
});

/** The places of an image of a volume that change, as where they begin along each axis and how many there are; they must fill the box. */
function boxIn(sources: Int32Array, image: number, [, ...size]: readonly number[]) {
  const pixels = size.reduce((a, b) => a * b);
  const steps = size.map((_, axis) => size.slice(axis + 1).reduce((a, b) => a * b, 1));
  const changed = Array.from({ length: pixels }, (_, i) => i).filter(
    (i) => sources[image * pixels + i] !== image * pixels + i,
  );
  const along = steps.map((step, axis) => changed.map((i) => Math.floor(i / step) % size[axis]));
  const begin = along.map((places) => Math.min(...places));
  const sides = along.map((places, axis) => Math.max(...places) - begin[axis] + 1);
  assert.equal(
    changed.length,
    sides.reduce((a, b) => a * b),
    "a box",
  );
  return { begin, sides, changed };
}

for (const mixing of ["cutmix", "cutout"] as const)
  test(`${mixing} changes a box of half of a volume, or with a slab half the area of ten slices`, () => {
    const shape = [2, 14, 12, 24];
    const [, ...size] = shape;
    const pixels = 14 * 12 * 24;
    const begins = new Set<number>();
    for (let seed = 0; seed < 300; seed++) {
      const rngs = [0, 1].map((at) => stream(seed, "mix", at));
      for (const slab of [0, 10]) {
        const sources = mixSources(mixing, new Int32Array(), shape, rngs, { slab });
        for (const image of [0, 1]) {
          const { begin, sides, changed } = boxIn(sources, image, shape);
          for (const place of changed)
            assert.equal(sources[image * pixels + place], mixing === "cutout" ? -1 : (1 - image) * pixels + place);
          const share = changed.length / pixels;
          if (slab === 0) {
            assert.ok(Math.abs(share - 1 / 2) <= 1 / (2 * size[0]) + 1e-9, `${share}: as near as whole planes allow`);
            assert.ok(sides[2] > 12 && sides[1] >= 6, sides.join("×"));
          } else {
            assert.equal(sides[2], 10);
            assert.ok(begin[2] <= 24 - 20, "as released");
            assert.ok(sides[1] > 6 && sides[1] < 12 && sides[0] === Math.round(84 / sides[1]), sides.join("×"));
            begins.add(begin[2]);
          }
        }
      }
    }
    assert.deepEqual([...begins].sort(), [0, 1, 2, 3, 4]);
  });
