import assert from "node:assert/strict";
import { test } from "node:test";
import { confusion } from "../../lib/metrics/overlap.js";
import { scoreCounts, summarisePooled } from "../../lib/metrics/pooled.js";
import { scorerOf } from "../../lib/training/evaluation/scoring.js";

const geometry = { shape: [1, 2, 4], spacingMm: [1, 1, 1], affine: [], path: "by hand" } as const;
const photo = (...values: number[]) => ({ ...geometry, data: Uint8Array.from(values) });
const classes = ["sky", "building", "pole", "car"].map((name) => ({ name, color: [0, 0, 0] as const }));
const truths = [photo(0, 0, 0, 1, 1, 1, 2, 255), photo(0, 0, 0, 0, 0, 0, 0, 1)];
const predictions = [photo(0, 0, 1, 1, 1, 0, 1, 3), photo(0, 0, 0, 0, 0, 0, 1, 1)];
// Rows truth, columns prediction, both images: sky 8 (of 10) and 2 as building; building 1 as sky, 3; pole 1 as building; the 255 counts nowhere.
const ious = [8 / 11, 3 / 7, 0];

test("the mIoU of photographs is that of one confusion matrix over all of them, the first class counted, unlabelled pixels not", () => {
  const scorer = scorerOf({ kind: "photographs", classes }, { unit: "voxel", emptyPolicy: "honest" });
  for (const [i, truth] of truths.entries()) scorer.add(predictions[i], truth);
  const { miou, perClass, mean, counts } = scorer.result();
  assert.deepEqual(scorer.classes, ["sky", "building", "pole", "car"]);
  assert.deepEqual(miou?.perClass, [...ious, null]); // car is nowhere
  const expected = (8 / 11 + 3 / 7 + 0) / 3;
  assert.ok(Math.abs((miou?.mean ?? 0) - expected) < 1e-15);
  assert.equal(mean.jaccard, miou?.mean);
  assert.ok(Math.abs(mean.dice - (16 / 19 + 6 / 10 + 0) / 3) < 1e-15);
  assert.deepEqual(
    perClass.map(({ jaccard }) => jaccard),
    [...ious, 1],
  );
  assert.deepEqual([mean.hd95, mean.assd, perClass[0].asd], [null, null, null]);
  assert.deepEqual([counts.falseNegative, counts.falsePositive, counts.absent], [1, 0, 3]);
});

test("it is not the mean of the images' own", () => {
  const each = truths.map((truth, i) => summarisePooled([], confusion(predictions[i].data, truth.data, 4)).miou.mean);
  const pooled = (8 / 11 + 3 / 7) / 3;
  assert.ok(Math.abs((each[0] + each[1]) / 2 - pooled) > 0.01);
});

test("an image by itself is scored by the same rules as a volume", () => {
  const [first] = scoreCounts(confusion(predictions[0].data, truths[0].data, 4));
  assert.deepEqual([first.dice, first.jaccard, first.outcome, first.hd95], [4 / 6, 2 / 4, "both", null]);
  assert.deepEqual(
    scoreCounts(confusion(predictions[0].data, truths[0].data, 4)).map(({ dice, outcome }) => `${outcome} ${dice}`),
    [`both ${4 / 6}`, `both ${4 / 7}`, "falseNegative 0", "absent 1"],
  );
});

test("volumes are scored without their background, as ever", () => {
  const scorer = scorerOf({ kind: "slices", classes }, { unit: "voxel", emptyPolicy: "honest" });
  assert.equal(scorer.add(predictions[0], truths[0]).length, 3);
  assert.deepEqual([scorer.classes.length, "miou" in scorer.result()], [3, false]);
});
