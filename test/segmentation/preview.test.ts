import assert from "node:assert/strict";
import { test } from "node:test";
import { reorient } from "../../lib/images/geometry/orientation.js";
import type { Volume } from "../../lib/images/volume.js";
import { segmentPreview } from "../../lib/segmentation/preview.js";

const shape = [4, 40, 60] as const; // z, y, x in RAS
const geometry = {
  shape,
  spacingMm: [2, 1, 1] as const,
  affine: [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 2, 0],
    [0, 0, 0, 1],
  ],
  path: "scan.nii",
};
const size = shape[0] * shape[1] * shape[2];
const image: Volume = { ...geometry, data: Float32Array.from({ length: size }, (_, i) => i % 97) };
const mask: Volume<Uint8Array> = { ...geometry, data: new Uint8Array(size) };
for (const [z, y, x, value] of [
  [1, 10, 20, 1],
  [1, 10, 21, 1],
  [2, 13, 22, 2],
])
  mask.data[(z * shape[1] + y) * shape[2] + x] = value;
const classes = [{ name: "background" }, { name: "one" }, { name: "two" }];
const options = { classes, title: "Found", orientation: "RAS" };

test("a preview shows the slices that hold a class, each class as an outline under its bare name, in a window that holds all of them", () => {
  const { data, layout } = segmentPreview(image, mask, options);
  assert.deepEqual(
    data.map(({ name, fill, xaxis }) => [name, fill, xaxis]),
    [
      ["one", undefined, "x"],
      ["two", undefined, "x2"],
    ],
  );
  const words = layout.annotations?.map(({ text }) => text) ?? [];
  assert.ok(words.includes("slice 1") && words.includes("slice 2") && !words.includes("slice 0"), words.join());
  assert.deepEqual(
    [layout.xaxis?.range, layout.yaxis?.range],
    [
      [18, 25],
      [8, 16],
    ],
  ); // 2 beyond 20–22 and 10–13
});

test("the same scan gives the same preview however it lies in its file", () => {
  const turned = segmentPreview(reorient(image, "PIL"), reorient(mask, "PIL"), options);
  assert.deepEqual(turned, segmentPreview(image, mask, options));
});

test("where no class was found all slices are shown, whole", () => {
  const { data, layout } = segmentPreview(image, { ...mask, data: new Uint8Array(size) }, options);
  assert.deepEqual([data, layout.images?.length, layout.xaxis?.range], [[], 4, [0, 60]]);
});

test("the front or the head is at the top, and the words say so", () => {
  for (const [orientation, words] of [
    ["RAS", "Slices from inferior to superior; right on the right, anterior at the top."],
    ["LPS", "Slices from inferior to superior; left on the right, anterior at the top."],
    ["PIL", "Slices from right to left; posterior on the right, superior at the top."],
  ] as const) {
    const { layout } = segmentPreview(image, mask, { ...options, orientation });
    assert.ok(layout.title?.text?.includes(words), layout.title?.text);
    const [first, last] = layout.yaxis?.range ?? [];
    assert.equal(Number(first) < Number(last), orientation === "RAS", `from ${first} to ${last}`);
  }
});
