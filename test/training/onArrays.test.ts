import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import { trainOnArrays } from "../../lib/training/onArrays.js";

before(() => startEngine());

/** Four images of 16² whose bright half is class 1. */
const images = Float32Array.from({ length: 4 * 256 }, (_, i) => (i % 16 < 8 ? 1 : 0));
const labels = Int32Array.from(images.subarray(0, 512));

for (const method of ["supervised", "meanTeacher"])
  test(`${method} on arrays of one's own learns them`, async () => {
    const training = trainOnArrays({ method, classes: 2, imageSize: [16, 16] });
    const given = method === "supervised" ? images.subarray(0, 512) : images;
    const first = await training.step(given, labels);
    let last = first;
    for (let step = 0; step < 14; step++) last = await training.step(given, labels);
    assert.ok(last.loss < first.loss / 2, `${first.loss} → ${last.loss}`);
    assert.equal((await training.predict(images)).length, images.length);
    training.dispose();
  });

test("arrays that are no whole images, and an unknown method, are Problems", () => {
  const training = trainOnArrays({ classes: 2, imageSize: [16, 16] });
  assert.throws(() => training.step(images.subarray(1), labels), {
    name: "Problem",
    message: /images: found 1023 values/,
  });
  assert.throws(
    () => trainOnArrays({ classes: 2, imageSize: [16, 16], method: "supervise" }),
    /did you mean "supervised"/,
  );
  training.dispose();
});
