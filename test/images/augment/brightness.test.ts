import assert from "node:assert/strict";
import { test } from "node:test";
import { photoVolume } from "../../../lib/benchmarks/kinds/photoPreprocessing.js";
import { brightness } from "../../../lib/images/augment/brightness.js";

test("brightness is the mean of a voxel's channels, and a grey image itself", () => {
  const photo = photoVolume(Float32Array.of(10, 20, 60, 0, 0, 255), [1, 2], "photo");
  const grey = brightness(photo);
  assert.deepEqual(grey, { ...photo, data: Float32Array.of(30, 85) });
  assert.equal(brightness(grey), grey);
});
