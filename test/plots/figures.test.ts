import assert from "node:assert/strict";
import { test } from "node:test";
import { bars } from "../../lib/plots/charts/bars.js";
import { curves } from "../../lib/plots/charts/curves.js";
import { namedCurves } from "../../lib/plots/charts/namedCurves.js";
import { pairedDifference } from "../../lib/plots/charts/pairedDifference.js";
import { spread } from "../../lib/plots/charts/spread.js";
import type { Axis, Figure, Trace } from "../../lib/plots/render/figure.js";
import { isFigure } from "../../lib/plots/render/figure.js";
import { phantomMark } from "../../lib/plots/render/frame.js";
import {
  classColors,
  grey,
  hex,
  okabeIto,
  onPicture,
  seriesColors,
  translucent,
} from "../../lib/plots/render/theme.js";
import { Problem } from "../../lib/problem.js";
import { figures, points, reached, results } from "./samples.js";
import { trainingFigures } from "./training.js";
import { varianceFigures } from "./variance.js";

const axisOf = ({ layout }: Figure, name: "x" | "y", { xaxis = "x", yaxis = "y" }: Trace): Axis | undefined =>
  name === "x"
    ? layout[`xaxis${Number(xaxis.slice(1)) || ""}` as "xaxis"]
    : layout[`yaxis${Number(yaxis.slice(1)) || ""}` as "yaxis"];

/** The axes of a trace: those of the scene for a surface; where small plots share an axis, the one that bears its name. */
function axesOf(figure: Figure, trace: Trace): (Axis | undefined)[] {
  const { scene } = figure.layout;
  if (trace.type === "surface") return [scene?.xaxis, scene?.yaxis, scene?.zaxis];
  return (["x", "y"] as const).map((name) => {
    const own = axisOf(figure, name, trace);
    return own?.matches ? figure.layout[own.matches.replace(name, `${name}axis`) as "xaxis"] : own;
  });
}

const all = { ...figures, ...trainingFigures, ...varianceFigures };
for (const [name, figure] of Object.entries(all)) {
  test(`${name}: what is measured has its name and unit on an axis`, () => {
    for (const trace of figure.data) {
      const axes = axesOf(figure, trace);
      const isNamed = (axis: Axis | undefined) => Boolean(axis?.title?.text || axis?.ticktext?.every(Boolean)); // arms name themselves
      const titles = axes.map((axis) => axis?.title?.text ?? "");
      assert.ok(axes.every(isNamed), `${trace.name}: ${titles}`);
      assert.ok(
        titles.some((title) => /\(.+\)/.test(title)),
        `a unit in one of ${titles}`,
      );
    }
  });

  test(`${name}: every colour is one that people with any colour vision tell apart`, () => {
    const palette = new Set<string>([
      "#FFFFFF",
      ...Object.values(grey),
      ...Object.values(onPicture),
      ...Object.values(okabeIto),
      ...Object.values(okabeIto).flatMap((color) => [0.18, 0.5].map((alpha) => translucent(color, alpha))),
    ]);
    for (const { line, marker, fillcolor } of figure.data)
      for (const color of [line?.color, marker?.color, marker?.line?.color, fillcolor].flat())
        assert.ok(typeof color !== "string" || palette.has(color), String(color)); // numbers have a colour scale
  });

  test(`${name}: the finding stands first and in bold; nothing is marked as generated that is not`, () => {
    assert.match(figure.layout.title.text, /^<b>/);
    assert.ok(!figure.layout.title.text.includes(phantomMark));
    assert.ok(isFigure(figure));
    assert.deepEqual(JSON.parse(JSON.stringify(figure)), structuredClone(figure), "a plain value");
  });
}

test("a logarithmic axis says so, in its brackets or behind its title", () => {
  for (const [name, { layout }] of Object.entries(all))
    for (const axis of [layout.xaxis, layout.yaxis, layout.xaxis2, layout.yaxis2, layout.yaxis3])
      assert.equal(
        axis?.type === "log" && Boolean(axis.title?.text),
        /log scale\)$/.test(axis?.title?.text.replaceAll("<br>", " ") ?? ""),
        name,
      );
});

test("antithetic pairs have a dark rim, which is seen on a bright picture", () => {
  const [rim, line] = varianceFigures.drawnPixels.data.filter(({ name }) => name.startsWith("antithetic pair"));
  assert.deepEqual([rim.x, rim.y], [line.x, line.y]);
  assert.equal(rim.line?.color, onPicture.dark);
  assert.ok((rim.line?.width ?? 0) > 2 * (line.line?.width ?? 0));
});

test("a figure of generated data says so", () => {
  const phantoms = results.map((result) => ({ ...result, phantom: true }));
  assert.ok(spread(phantoms, { title: "t", x: "Dice (0 to 1)" }).layout.title.text.includes(phantomMark));
  const mixed = points.map((point, at) => ({ ...point, phantom: at === 0 }));
  assert.ok(
    curves(mixed, { title: "t", y: "Dice (0 to 1)" }).layout.title.text.includes(phantomMark),
    "one phantom row is enough",
  );
});

test("a curve is the mean over seeds and its band runs from the lowest to the highest", () => {
  const { data } = curves(
    [0.2, 0.4, 0.9].map((value, seed) => ({ arm: "a", seed, step: 10, value })),
    { title: "t", y: "Dice (0 to 1)" },
  );
  const [band, mean] = data;
  assert.deepEqual([mean.x, mean.y], [[10], [0.5]]);
  assert.deepEqual(band.y, [0.2, 0.9]);
});

test("a paired difference is taken within a seed, and zero is drawn", () => {
  const rows = [
    ["a", 0, 0.5],
    ["a", 1, 0.6],
    ["b", 0, 0.6],
    ["b", 1, 0.9],
  ].map(([arm, seed, value]) => ({ arm: String(arm), seed: Number(seed), value: Number(value) }));
  const { data, layout } = pairedDifference(rows, { title: "t", baseline: "a", x: "difference in Dice (0 to 1)" });
  assert.deepEqual(
    data[0].x.map((value) => Number(value).toFixed(10)),
    ["0.1000000000", "0.3000000000"],
  );
  assert.deepEqual(
    data[1].x.map((value) => Number(value).toFixed(10)),
    ["0.2000000000"],
  );
  assert.equal(layout.xaxis?.zeroline, true);
});

test("a difference without its pair, or without a baseline, is a Problem", () => {
  const rows = results.filter(({ arm, seed }) => arm !== results[0].arm || seed !== 1);
  assert.throws(
    () => pairedDifference(rows, { title: "t", baseline: results[0].arm, x: "" }),
    (error) => error instanceof Problem && /seed 1/.test(error.message),
  );
  assert.throws(() => pairedDifference(rows, { title: "t", baseline: "none", x: "" }), Problem);
});

test("more arms than there are colours have each a symbol with its colour that no other has, and their names apart at the right", () => {
  const { data, layout } = namedCurves(reached(22), { x: "labelled cases", y: "Dice (0 to 1)" });
  const looks = data.map(({ marker }) => `${marker?.color} ${marker?.symbol}`);
  assert.deepEqual([data.length, new Set(looks).size], [22, 22]);
  const names = (layout.annotations ?? []).map(({ text, y }) => ({ text, y }));
  assert.deepEqual(
    names.map(({ text }) => text),
    data.map(({ name }) => name),
  );
  const [low, high] = layout.yaxis?.range ?? [0, 0];
  const plot = layout.height - layout.margin.t - layout.margin.b;
  for (const [at, { y }] of names.slice(1).entries())
    assert.ok(((names[at].y - y) / (high - low)) * plot > 14.9, "a line of text apart");
  for (const { y } of names) assert.ok(y > low && y <= high);
  const last = data.map(({ y }) => Number(y[2]));
  assert.deepEqual(
    last,
    [...last].sort((a, b) => b - a),
    "the one that ends highest first",
  );
  assert.throws(() => namedCurves([], { x: "x", y: "y (1)" }), /found no point/);
});

test("named curves go through the means of the seeds; as many arms as there are colours have whiskers to the lowest and the highest", () => {
  for (const arms of [7, 8]) {
    const points = reached(arms);
    const { data } = namedCurves(points, { x: "labelled cases", y: "Dice (0 to 1)" });
    const own = points.filter(({ arm, step }) => arm === data[0].name && step === 6).map(({ value }) => value);
    assert.ok(Math.abs(Number(data[0].y[2]) - (own[0] + own[1]) / 2) < 1e-12);
    const whisker = data[0].error_y?.array[2];
    if (arms === 7) assert.ok(Math.abs((whisker ?? 0) - 0.0005) < 1e-9);
    else assert.equal(whisker, undefined);
  }
});

test("bars stand in a panel for each group, in the same rows, with their values beside them", () => {
  const { data, layout } = figures.bars;
  const panels = data.filter(({ type }) => type === "bar");
  assert.deepEqual(
    panels.map(({ name, xaxis, yaxis }) => [name, xaxis, yaxis]),
    [
      ["seed 0", "x", "y"],
      ["seed 1", "x2", "y"],
      ["seed 2", "x3", "y"],
    ],
  );
  assert.equal(layout.yaxis?.ticktext?.length, 3);
  for (const [at, { x }] of panels.entries())
    assert.deepEqual(
      data[2 * at + 1].text,
      x.map((value) => Number(value).toFixed(3)),
    );
  assert.deepEqual([layout.xaxis2?.range, layout.xaxis3?.range], [layout.xaxis?.range, layout.xaxis?.range]);
  const many = bars(
    Array.from({ length: 11 }, (_, at) => ({ group: `class ${at}`, series: "one", value: at / 10 })),
    { title: "t", x: "IoU (0 to 1)" },
  );
  assert.deepEqual(
    many.data.filter(({ type }) => type === "bar").map(({ yaxis }) => yaxis),
    [..."aaaabbbbccc"].map((line) => ({ a: "y", b: "y2", c: "y3" })[line]),
    "lines of four",
  );
  assert.ok(
    many.data.every(({ error_x }) => error_x === undefined),
    "no whisker without an interval",
  );
});

test("palettes hold no colour twice", () => {
  for (const colors of [seriesColors, classColors]) assert.equal(new Set(colors).size, colors.length);
  assert.equal(hex([230, 159, 0]), okabeIto.orange);
});

test("a figure without a title says its own finding, computed from its rows", () => {
  const rows = [0.5, 0.7].flatMap((value, a) =>
    [0, 0.02].map((off, seed) => ({ arm: "ab"[a], seed, value: value + off })),
  );
  const five = [0.5, 0.7].flatMap((value, a) =>
    [0, 0.02, 0.01, 0.015, 0.005].map((off, seed) => ({ arm: "ab"[a], seed, value: value + off })),
  );
  const text = ({ layout }: Figure) => /<b>(.*?)<\/b>/.exec(layout.title.text)?.[1];
  assert.equal(
    text(spread(rows, { x: "Dice (0 to 1)" })),
    "From 0.510 (a) to 0.710 (b); seeds of one arm lie up to 0.020 apart",
  );
  const options = { baseline: "a", x: "difference in Dice (0 to 1)" };
  assert.equal(
    text(
      pairedDifference(
        five.map((row) => ({ ...row, value: row.arm === "b" ? [0.9, 0.4, 0.6, 0.3, 0.5][row.seed] : row.value })),
        options,
      ),
    ),
    "The difference to “a” lies within the noise of the seeds",
  );
  assert.equal(
    text(pairedDifference(rows, options)),
    "Fewer than 5 pairs of seeds: whether the difference to “a” is noise is not known",
  );
  const exact = five.map((row) => ({ ...row, value: row.arm === "b" ? row.value + 0.001 * row.seed : row.value }));
  assert.equal(text(pairedDifference(exact, options)), "The difference to “a” is larger than the noise of the seeds");
  const points = [1, 2].flatMap((step) => ["a", "b"].map((arm, at) => ({ arm, seed: 0, step, value: step / 10 + at })));
  assert.equal(text(curves(points, { y: "loss (no unit)" })), "From 0.200 (a) to 1.200 (b) after 2 steps");
});
