import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import type { Figure } from "../../../lib/plots/render/figure.js";
import { fitted } from "../../../lib/plots/render/fitted.js";
import { toolbar } from "../../../lib/plots/render/frame.js";
import { textBox, textWidth } from "../../../lib/plots/render/measure.js";
import { svg } from "../../../lib/plots/render/svg.js";
import { type Box, boxIn, union } from "../../../lib/plots/render/transform.js";
import { figures } from "../samples.js";
import { trainingFigures } from "../training.js";
import { varianceFigures } from "../variance.js";

const all: [string, Figure][] = Object.entries({ ...figures, ...trainingFigures, ...varianceFigures });
const widths = [540, 1000];

/** Where the text of some elements is drawn; nothing where there are none. */
function textIn(document: Document, selector: string): Box[] {
  return [...document.querySelectorAll(selector)]
    .flatMap((element) => (element.localName === "text" ? [element] : [...element.querySelectorAll("text")]))
    .filter(({ textContent }) => textContent)
    .map((text) => boxIn(null, text, textBox(text)));
}

/** Whether two boxes of text are on each other by more than the space between two lines. */
const meets = (a: Box, b: Box) =>
  a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1;

for (const [name, figure] of all)
  test(`${name}: at every width all text lies inside the figure, the title beside the toolbar, and the legend between title and plot`, () => {
    for (const asked of widths) {
      const shown = fitted(figure, asked, textWidth);
      const { width, height, margin } = shown.layout;
      assert.ok(width === asked || asked < 640, `${width}`); // one that takes more room is scaled down by its page
      const drawn = svg(shown);
      const { document } = new JSDOM(drawn).window;
      for (const { x, y, width: wide, height: high } of textIn(document, "text"))
        assert.ok(x >= 0 && y >= 0 && x + wide <= width + 1 && y + high <= height + 1, `${width}: ${x}, ${y}`);
      const title = union(textIn(document, ".gtitle"));
      assert.ok(title.x + title.width <= width - toolbar, `${width}: the title ends at ${title.x + title.width}`);
      const keys = textIn(document, ".legend");
      for (const key of keys) {
        assert.ok(!meets(key, title), `${width}: a key of the legend on the title`);
        assert.ok(key.y + key.height < margin.t + 6, `${width}: a key of the legend on the plot`);
        for (const other of keys) assert.ok(key === other || !meets(key, other), `${width}: two keys on each other`);
      }
      const ticks = textIn(document, ".xaxislayer-above, .xaxislayer-below");
      for (const tick of ticks)
        for (const other of ticks)
          assert.ok(tick === other || !meets(tick, other), `${width}: two ticks on each other`);
    }
  });

test("pictures grow with the width that is there, and keep their shape", () => {
  const [narrow, wide] = [700, 1100].map((width) => fitted(figures.overlay, width, textWidth).layout);
  const panel = ({ width, height, margin, xaxis, yaxis }: Figure["layout"]) => {
    const [[left, right], [bottom, top]] = [xaxis?.domain ?? [0, 0], yaxis?.domain ?? [0, 0]];
    return [(right - left) * (width - margin.l - margin.r), (top - bottom) * (height - margin.t - margin.b)];
  };
  assert.ok(panel(wide)[0] > 1.1 * panel(narrow)[0]);
  for (const [across, up] of [narrow, wide].map(panel)) assert.ok(Math.abs(up / across - 40 / 30) < 0.01);
});

test("laying a figure out anew forgets nothing: back at the old width it is as it was", () => {
  for (const [name, figure] of all) {
    const back = fitted(fitted(figure, 520, textWidth), figure.layout.width, textWidth);
    assert.deepEqual(back, figure, name);
  }
});

test("the text of a picture is drawn in the font in which it was measured", () => {
  for (const [name, figure] of all) {
    const families = new Set([...svg(figure).matchAll(/font-family: ([^,;]*)/g)].map(([, family]) => family));
    assert.deepEqual([...families], ["Open Sans"], name);
  }
});
