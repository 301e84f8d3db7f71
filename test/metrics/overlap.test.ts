import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { confusion, dice, jaccard, meanIoU, overlap } from "../../lib/metrics/overlap.js";
import { masks } from "./masks.js";

test("Dice and Jaccard do not care which mask is the prediction, and Dice is 2J / (1 + J)", () => {
  fc.assert(
    fc.property(masks(2), ([one, other]) => {
      const [there, back] = [overlap(one, other), overlap(other, one)];
      assert.equal(dice(there), dice(back));
      assert.equal(jaccard(there), jaccard(back));
      if (there.prediction + there.truth > 0)
        assert.ok(Math.abs(dice(there) - (2 * jaccard(there)) / (1 + jaccard(there))) < 1e-12);
    }),
  );
});

test("a confusion matrix counts rows of truth by columns of prediction, without what is ignored", () => {
  const counts = confusion(Uint8Array.of(0, 1, 1, 2, 0, 1), Uint8Array.of(0, 1, 0, 2, 2, 255), 3);
  assert.deepEqual([...counts], [1, 1, 0, 0, 1, 0, 1, 0, 1]);
  assert.throws(
    () => confusion(Uint8Array.of(3), Uint8Array.of(0), 3),
    /pixel 0: found class 0 predicted as 3, expected less than 3/,
  );
});

test("the IoU of a class is the Jaccard index of its masks; a class that is nowhere has none", () => {
  fc.assert(
    fc.property(masks(2), ([prediction, truth]) => {
      const { perClass, mean } = meanIoU(confusion(prediction.data, truth.data, 3));
      const counts = overlap(prediction, truth);
      assert.equal(perClass[1], counts.prediction + counts.truth > 0 ? jaccard(counts) : null);
      assert.equal(perClass[2], null);
      const defined = perClass.filter((value) => value !== null);
      assert.ok(Math.abs(mean - defined.reduce((sum, value) => sum + value, 0) / defined.length) < 1e-12);
    }),
  );
});
