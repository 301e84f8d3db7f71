import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { takeFrom } from "../../../lib/images/augment/mix.js";
import { photoCrop, reflected } from "../../../lib/images/augment/photoCrop.js";
import { makeView } from "../../../lib/images/augment/views.js";

const [height, width] = [30, 44];
const shape = [height, width];
/** Red says the row, green the column, blue nothing; the label is a function of both. */
const image = Float32Array.from({ length: height * width * 3 }, (_, i) =>
  i % 3 === 0 ? Math.floor(i / 3 / width) : i % 3 === 1 ? Math.floor(i / 3) % width : 7,
);
const label = Int8Array.from({ length: height * width }, (_, i) => (Math.floor(i / width) + (i % width)) % 19);
const picture = { image, label, shape };
const cut = (seed: number, options: object) => photoCrop(picture, { size: [16, 16], ...options }, stream(seed, "cut"));

test("without scaling every pixel of a cut is a pixel of the photograph, and its label came with it", () => {
  const corners = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const { image: part, label: classes } = cut(seed, {});
    for (let i = 0; i < 256; i++) assert.equal(classes?.[i], (part[3 * i] + part[3 * i + 1]) % 19);
    const isMirrored = part[1] > part[4];
    assert.deepEqual([part[0] + 15, part[1] + (isMirrored ? -15 : 15)], [part[255 * 3], part[255 * 3 + 1]]);
    corners.add(`${isMirrored} ${part[0]}`);
  }
  assert.ok(corners.size > 20); // 15 rows to begin at, mirrored or not
});

test("cuts begin anywhere with equal probability, and half of them are mirrored", () => {
  const draws = 3000;
  const rows = new Array(height - 16 + 1).fill(0);
  let mirrored = 0;
  for (let seed = 0; seed < draws; seed++) {
    const { image: part } = cut(seed, {});
    rows[part[0]]++;
    if (part[1] > part[4]) mirrored++;
  }
  const tolerated = (share: number) => 5 * Math.sqrt(draws * share * (1 - share));
  for (const count of rows) assert.ok(Math.abs(count - draws / rows.length) < tolerated(1 / rows.length));
  assert.ok(Math.abs(mirrored - draws / 2) < tolerated(0.5));
});

test("scaled, image and label still show the same places", () => {
  const scales = [0.75, 1.5] as const;
  const spans = new Set<number>();
  for (let seed = 0; seed < 100; seed++) {
    const { image: part, label: classes } = cut(seed, { scales });
    spans.add(Math.round(10 * Math.abs(part[15 * 3 + 1] - part[1])));
    for (let i = 0; i < 256; i++) {
      const [row, column] = [part[3 * i], part[3 * i + 1]];
      const near = [-1, 0, 1].flatMap((down) =>
        [-1, 0, 1].map((right) => (Math.round(row) + down + Math.round(column) + right) % 19),
      );
      assert.ok(near.includes(classes?.[i] ?? -2)); // the label's nearest pixel is one of those the colour is mixed from
      assert.ok(Math.abs(part[3 * i + 2] - 7) < 1e-5);
    }
  }
  assert.ok(spans.size > 20);
});

test("where the photograph is smaller than the cut, it is reflected right and below, and not labelled", () => {
  const { image: part, label: classes } = photoCrop(picture, { size: [40, 50], flip: false }, stream(0, "cut"));
  for (let y = 0; y < 40; y++)
    for (let x = 0; x < 50; x++) {
      const [row, column] = [reflected(y, height), reflected(x, width)];
      assert.deepEqual(
        [part[(y * 50 + x) * 3], part[(y * 50 + x) * 3 + 1], classes?.[y * 50 + x]],
        [row, column, y < height && x < width ? label[row * width + column] : -1],
      );
    }
  assert.deepEqual([reflected(height, height), reflected(height + 3, height), reflected(5, 1)], [28, 25, 0]);
});

test("an image of side 71 fills a larger cut by its reflection to the right and below, whose label is void and whose confidence is 0", () => {
  const side = 71;
  const values = Float32Array.from({ length: side * side }, (_, i) => i);
  const view = makeView({ values, shape: [1, side, side, 1] }, [{ change: "photoCrop", scales: [0.5, 0.5] }], {
    seed: 0,
    step: 0,
    view: "strong",
  });
  const sources = view.sources ?? assert.fail("pixels have moved");
  const confidence = takeFrom(new Float32Array(side * side).fill(1), sources, 0);
  const labels = takeFrom(new Int32Array(side * side).fill(2), sources, -1);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const isInside = y < 35 && x < 35; // ⌊71/2⌋
      const at = y * side + x;
      assert.deepEqual([labels[at], confidence[at]], isInside ? [2, 1] : [-1, 0]);
      assert.equal(view.values[at], view.values[reflected(y, 35) * side + reflected(x, 35)]);
    }
  const cut = photoCrop(
    { image: values, label: new Int8Array(side * side), shape: [side, side] },
    { size: [321, 321], flip: false },
    stream(0, "cut"),
  );
  for (const [y, x] of [
    [70, 70],
    [71, 70],
    [140, 3],
    [141, 320],
    [320, 211],
  ]) {
    const [row, column] = [reflected(y, side), reflected(x, side)];
    assert.equal(cut.image[y * 321 + x], row * side + column); // folded twice and more, beyond what a single mirror reaches
    assert.equal(cut.label?.[y * 321 + x], y < side && x < side ? 0 : -1);
  }
});

test("a switch leaves the other draws as they are", () => {
  for (let seed = 0; seed < 20; seed++) {
    const plain = cut(seed, { flip: false });
    const mirrored = cut(seed, {});
    const first = [mirrored.image[1], mirrored.image[15 * 3 + 1]].sort((a, b) => a - b);
    assert.deepEqual([plain.image[0], plain.image[1]], [mirrored.image[0], first[0]]);
    const middle = cut(seed, { crop: false, scales: [0.5, 2], flip: false });
    assert.deepEqual([middle.image[0], middle.image[1]], [7, 14]);
  }
});

test("an unlabelled photograph is cut as the labelled one", () => {
  const { image: part, label: none } = photoCrop({ image, shape }, { size: [16, 16] }, stream(3, "cut"));
  assert.deepEqual([part, none], [cut(3, {}).image, undefined]);
});
