import assert from "node:assert/strict";
import { test } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import { masks } from "../../../lib/plots/pictures/masks.js";

test("a mask is drawn in the colours of its classes, the right way up, white where nothing is labelled; the legend has the classes that are there", () => {
  const [height, width] = [40, 60];
  const mask = Uint8Array.from({ length: height * width }, (_, i) =>
    i % width < width / 2 ? (i < (height * width) / 2 ? 0 : 2) : 255,
  );
  const photo = new Float32Array(height * width * 3).map((_, i) => i % 7);
  const shape = [height, width] as const;
  const classes = [{ name: "sky", color: [10, 120, 200] as const }, { name: "car" }, { name: "road", color: [200, 60, 20] as const }]; // biome-ignore format: a list
  const figure = masks(
    [
      { title: "photo", image: photo, shape },
      { title: "truth", image: photo, shape, mask },
    ],
    { title: "t", classes, columns: 2, panelPixels: 60 },
  );
  assert.deepEqual(
    figure.data.map(({ name }) => name),
    ["sky", "road"],
  );
  const [, image] = figure.layout.images ?? [];
  const drawn = new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="60" height="40"><image xlink:href="${image.source}" width="60" height="40"/></svg>`,
  ).render();
  const at = (x: number, y: number) => [...drawn.pixels.subarray(4 * (y * 60 + x)).subarray(0, 3)];
  for (const [place, color] of [
    [at(10, 8), [10, 120, 200]],
    [at(10, 32), [200, 60, 20]],
    [at(50, 20), [255, 255, 255]],
  ])
    for (const [c, value] of place.entries())
      assert.ok(Math.abs(value - color[c]) <= 3, `${place} for ${color}, in 64 levels`);
});
