import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import { font } from "../../../lib/plots/render/measure.js";
import { png } from "../../../lib/plots/render/png.js";
import { svg } from "../../../lib/plots/render/svg.js";
import { figures } from "../samples.js";

for (const [name, figure] of Object.entries(figures))
  test(`${name}: its picture has the size that was asked for, text and colours`, () => {
    const file = png(figure, { scale: 1 });
    assert.equal(file.subarray(1, 4).toString(), "PNG");
    assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [figure.layout.width, figure.layout.height]);
    const { pixels } = new Resvg(svg(figure), { font }).render();
    const colors = new Set<number>();
    for (let at = 0; at < pixels.length; at += 4) colors.add(pixels.readUInt32LE(at));
    assert.ok(colors.size > 50, `${colors.size} colours`);
    const head = figure.layout.width * Math.floor(figure.layout.margin.t / 2) * 4; // there is nothing but text
    assert.ok(
      pixels.subarray(0, head).some((value) => value < 60),
      "dark ink in the title",
    );
  });

test("all text of a picture lies inside it", () => {
  for (const figure of Object.values(figures)) {
    const box = new Resvg(svg(figure).replace(/<rect[^>]*>/, ""), { font }).getBBox();
    assert.ok(
      box &&
        box.x >= 0 &&
        box.y >= 0 &&
        box.x + box.width <= figure.layout.width + 1 &&
        box.y + box.height <= figure.layout.height + 1,
      JSON.stringify({ ...box }),
    );
  }
});

test("a figure gives the same picture whatever was drawn before, in another process too", () => {
  const hash = () => createHash("sha256").update(svg(figures.curves)).digest("hex");
  const first = hash();
  svg(figures.bars);
  assert.equal(hash(), first);
  const code = `import { svg } from "./lib/plots/render/svg.ts"; import { figures } from "./test/plots/samples.ts"; import { createHash } from "node:crypto";
    process.stdout.write(createHash("sha256").update(svg(figures.curves)).digest("hex"));`;
  assert.equal(
    execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], { encoding: "utf8" }),
    first,
  );
});

test("drawing a figure leaves it as it was", () => {
  const before = structuredClone(figures.overlay);
  svg(figures.overlay);
  assert.deepEqual(figures.overlay, before);
});
