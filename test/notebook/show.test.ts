import assert from "node:assert/strict";
import { resolve } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import type { Bundle, Place } from "../../lib/notebook/bundle.js";
import { interruptSignal } from "../../lib/notebook/interrupt.js";
import { parameters } from "../../lib/notebook/parameters.js";
import { progress } from "../../lib/notebook/progress.js";
import { show } from "../../lib/notebook/show.js";
import { table } from "../../lib/notebook/table.js";
import { png } from "../../lib/plots/render/png.js";
import { Problem } from "../../lib/problem.js";
import { figures } from "../plots/samples.js";

const key = Symbol.for("arco.bundle");
let shown: { data: Bundle; place: Place }[] = [];

// The kernel's side of the agreement: it puts its function under this name before any cell runs.
beforeEach(() => {
  shown = [];
  Reflect.set(globalThis, key, (data: Bundle, place: Place) => shown.push({ data, place }));
});
afterEach(() => Reflect.deleteProperty(globalThis, key));

test("a figure is shown as a live plot, as its picture and in words, in one bundle", () => {
  show(figures.bars);
  assert.equal(shown.length, 1);
  const { data } = shown[0];
  assert.deepEqual(Object.keys(data).sort(), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  assert.deepEqual(data["application/vnd.plotly.v1+json"], figures.bars);
  assert.equal(data["image/png"], png(figures.bars, { scale: 1 }).toString("base64"));
  assert.equal(data["text/plain"], "Figure: All arms\nDice (0 to 1)");
});

test("a table is shown as HTML and as aligned text, the same rows in both; undefined numbers are a dash", () => {
  show([
    { arm: "a <b>", Dice: 0.5, seeds: 3 },
    { arm: "b", Dice: -1, seeds: null },
    { arm: "c", Dice: -0.0001, seeds: 1 },
  ]);
  const { data } = shown[0];
  assert.equal(
    data["text/plain"],
    [
      "arm      Dice  seeds",
      "─────  ──────  ─────",
      "a <b>   0.500      3",
      "b      −1.000      –",
      "c       0.000      1",
    ].join("\n"),
  );
  assert.match(
    String(data["text/html"]),
    /<td style="text-align:left">a &lt;b&gt;<\/td><td style="text-align:right">0\.500<\/td>/,
  );
});

test("an arquero table is shown after its verbs", () => {
  show(table([{ x: 1 }, { x: 2 }, { x: 3 }]).filter("d => d.x > 1"), { limit: 1 });
  assert.equal(shown[0].data["text/plain"], "x\n─\n2\n1 more rows");
});

test("a sentence is shown as Markdown, markup with the text that stands for it", () => {
  show("**so**");
  show({ html: "<b>so</b>", text: "so" });
  assert.deepEqual(
    shown.map(({ data }) => data),
    [
      { "text/markdown": "**so**", "text/plain": "**so**" },
      { "text/html": "<b>so</b>", "text/plain": "so" },
    ],
  );
});

test("progress is one display that is updated in place; what is left of it in the end does not depend on the times", async () => {
  const once = () =>
    progress("Training", async ({ onProgress }) => {
      for (let step = 1; step <= 3; step++)
        onProgress({ step, steps: 3, secondsLeft: Math.random(), terms: { loss: Math.random() } });
      return 7;
    });
  assert.equal(await once(), 7);
  assert.equal(new Set(shown.map(({ place }) => place.id)).size, 1);
  assert.deepEqual(
    shown.map(({ place }) => place.update ?? false),
    shown.map((_, at) => at > 0),
  );
  const end = shown.at(-1)?.data;
  assert.match(end?.["text/plain"] ?? "", /^100 % Training: done$/);
  await once();
  assert.deepEqual(shown.at(-1)?.data, end);
  assert.equal(new Set(shown.map(({ place }) => place.id)).size, 2, "another cell has its own display");
});

test("of trainings side by side each has its own bar below that of the whole", async () => {
  const running = ["one", "two"].map((title, at) => ({
    ...{ title, step: 5 * (at + 1), state: "training", job: { config: { steps: 20 } } },
    progress: { terms: { loss: 0.5 } },
  }));
  await progress("Table", async ({ onProgress }) => {
    const begun = performance.now();
    while (performance.now() - begun < 300); // a line is shown at most four times a second
    onProgress({ running, done: 1, of: 4, secondsLeft: 75 });
  });
  const { data, place } = shown[1];
  assert.equal(place.update, true);
  assert.equal(
    data["text/plain"],
    [
      " 44 % Table: 1 of 4 trainings done · 75 s left",
      " 25 % one: step 5 of 20 · loss 0.500",
      " 50 % two: step 10 of 20 · loss 0.500",
    ].join("\n"),
  );
  assert.equal(String(data["text/html"]).match(/<progress value="0\.\d+"/g)?.length, 3);
});

test("work gets the cell's signal, read when it begins", async () => {
  const controller = new AbortController();
  Reflect.set(globalThis, Symbol.for("arco.signal"), controller.signal);
  try {
    assert.equal(await progress("", async ({ signal }) => signal), controller.signal);
    assert.equal(interruptSignal(), controller.signal);
  } finally {
    Reflect.deleteProperty(globalThis, Symbol.for("arco.signal"));
  }
  assert.equal(interruptSignal().aborted, false);
});

test("outside a notebook everything is printed as text", (context) => {
  Reflect.deleteProperty(globalThis, key);
  const written: unknown[] = [];
  context.mock.method(process.stdout, "write", (text: unknown) => written.push(text));
  show("so");
  show([{ x: 1 }]);
  show(figures.bars);
  context.mock.restoreAll();
  assert.deepEqual(written, ["so\n", "x\n─\n1\n", "Figure: All arms\nDice (0 to 1)\n"]);
});

test("a tensor as the last expression shows its type, shape and values", async () => {
  await startEngine();
  const tensor = tf.tensor2d([[1, 2]]);
  assert.match(inspect(tensor), /dtype: float32[\s\S]*shape: \[1,2\][\s\S]*\[1, 2\]/);
  tensor.dispose();
  assert.equal(inspect(tensor), "Tensor [1,2] (disposed)");
});

test("parameters come from the environment; one that means nothing is a Problem", () => {
  const { runs, preset, seeds } = parameters({}, {});
  assert.match(runs, /runs$/);
  assert.deepEqual([preset, seeds], ["mini", [0, 1, 2]]);
  assert.deepEqual(parameters({}, { ARCO_RUNS: "here", ARCO_PRESET: "smoke", ARCO_SEEDS: "1" }), {
    runs: resolve("here"),
    preset: "smoke",
    seeds: [0],
  });
  assert.deepEqual(parameters({ seeds: 2 }, {}).seeds, [0, 1]);
  assert.throws(() => parameters({}, { ARCO_PRESET: "smok" }), Problem);
  assert.throws(() => parameters({}, { ARCO_SEEDS: "0" }), Problem);
});
