import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";
import type { Volume } from "../../../lib/images/volume.js";
import { slicePanel } from "../../../lib/plots/pictures/contactSheet.js";
import { greyWindow, pictureOf } from "../../../lib/plots/pictures/grey.js";
import { overlay } from "../../../lib/plots/pictures/overlay.js";
import { font } from "../../../lib/plots/render/measure.js";
import { svg } from "../../../lib/plots/render/svg.js";

test("a grey picture holds the values between its window's ends as 0 to 255, row by row", () => {
  const source = pictureOf([-5, 0, 5, 10, 20, 2.5], [2, 3], [0, 10]);
  const file = Buffer.from(source.replace("data:image/png;base64,", ""), "base64");
  assert.equal(file.subarray(1, 4).toString(), "PNG");
  assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [3, 2]);
  const length = file.readUInt32BE(33);
  assert.deepEqual([...inflateSync(file.subarray(41, 41 + length))], [0, 0, 0, 128, 0, 255, 255, 64]);
});

test("three values a pixel are red, green and blue", () => {
  const file = Buffer.from(
    pictureOf([0, 5, 10, 10, 0, 5], [1, 2], [0, 10]).replace("data:image/png;base64,", ""),
    "base64",
  );
  assert.equal(file[25], 2, "in colour");
  assert.deepEqual([...inflateSync(file.subarray(41, 41 + file.readUInt32BE(33)))], [0, 0, 128, 255, 255, 0, 128]);
});

test("a photograph is drawn in colour, the right way up, and no larger than the screen shows it", () => {
  const [height, width] = [200, 400];
  const photo = Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const isSky = Math.floor(i / 3 / width) < height / 2;
    return (isSky ? [100, 150, 250] : [200, 100, 0])[i % 3];
  });
  const volume: Volume = { data: photo, shape: [1, height, width], spacingMm: [1, 1, 1], affine: [], path: "" };
  const panel = slicePanel(volume, 0, { title: "photo" });
  const figure = overlay([panel], { title: "t", classes: [{ name: "background" }], upwards: false, panelPixels: 100 });
  const { pixels, width: wide, height: high } = new Resvg(svg(figure), { font }).render();
  const { margin } = figure.layout;
  const at = (y: number) => [...pixels.subarray(4 * (Math.round(y) * wide + margin.l + 20)).subarray(0, 3)];
  const [red, green, blue] = at(margin.t + 60);
  assert.ok(blue > green && green > red, `sky: ${[red, green, blue]}`);
  const ground = at(high - margin.b - 20);
  assert.ok(ground[0] > ground[1] && ground[1] > ground[2], `ground: ${ground}`);
  const file = Buffer.from(figure.layout.images?.[0].source.replace("data:image/png;base64,", "") ?? "", "base64");
  assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [150, 75]);
});

test("the window leaves out the lowest and the highest hundredth", () => {
  const values = Array.from({ length: 101 }, (_, i) => i);
  assert.deepEqual(greyWindow([...values, 0].slice(0, 101)), [1, 99]);
});
