import assert from "node:assert/strict";
import { test } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import { masks } from "../../../lib/plots/pictures/masks.js";
import type { Panel } from "../../../lib/plots/pictures/panel.js";
import { classColors, onPicture } from "../../../lib/plots/render/theme.js";

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

test("a panel shows its own view, its background dark; what belongs together begins a new line and has one scale bar", () => {
  const shape = [8, 8] as const;
  const mask = Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 1 : 0));
  const panel = (title: string): Panel => ({
    ...{ title, shape, image: new Float32Array(64), mask, spacingMm: [2, 2] },
    view: { rows: [2, 6], columns: [0, 8] },
  });
  const panels = Array.from({ length: 6 }, (_, at) => panel(`${at}`));
  const classes = [{ name: "background" }, { name: "heart" }];
  const { layout, data } = masks(panels, { title: "t", classes, columns: 2, together: 3, isCrisp: true });
  assert.deepEqual(
    [layout.xaxis?.range, layout.yaxis?.range],
    [
      [0, 16],
      [12, 4],
    ],
  );
  assert.deepEqual(
    data.map(({ name, fillcolor }) => [name, fillcolor]),
    [
      ["background", onPicture.dark],
      ["heart", classColors[0]],
    ],
  );
  const tops = [layout.yaxis, layout.yaxis2, layout.yaxis3, layout.yaxis4, layout.yaxis5, layout.yaxis6].map(
    (axis) => axis?.domain?.[1] ?? 0,
  );
  assert.deepEqual([tops[0], tops[3]], [tops[1], tops[4]]);
  assert.deepEqual([...new Set(tops)].length, 4, "two lines for three pictures, twice");
  assert.deepEqual([...new Set(layout.shapes?.map(({ xref }) => xref))], ["x", "x4"]);
});
