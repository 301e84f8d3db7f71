import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { greyWindow, pictureOf } from "../../../lib/plots/pictures/grey.js";

test("a grey picture holds the values between its window's ends as 0 to 255, row by row", () => {
  const source = pictureOf([-5, 0, 5, 10, 20, 2.5], [2, 3], [0, 10]);
  const file = Buffer.from(source.replace("data:image/png;base64,", ""), "base64");
  assert.equal(file.subarray(1, 4).toString(), "PNG");
  assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [3, 2]);
  const length = file.readUInt32BE(33);
  assert.deepEqual([...inflateSync(file.subarray(41, 41 + length))], [0, 0, 0, 128, 0, 255, 255, 64]);
});

test("the window leaves out the lowest and the highest hundredth", () => {
  const values = Array.from({ length: 101 }, (_, i) => i);
  assert.deepEqual(greyWindow([...values, 0].slice(0, 101)), [1, 99]);
});
