import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Problem } from "../../../lib/problem.js";
import { gains } from "../../../lib/studies/sampling/gains.js";
import { groupingFinding, groupings } from "../../../lib/studies/sampling/groupings.js";
import { largestStructure, lossFields } from "../../../lib/studies/sampling/lossField.js";
import {
  negativeDraws,
  negativeFindings,
  negativeRows,
  queryVariances,
} from "../../../lib/studies/sampling/negativeDraws.js";
import { fullestSliceOf } from "../../../lib/studies/sampling/slice.js";
import { trainedSteps } from "../../../lib/studies/sampling/trainedSteps.js";
import { resolveConfig } from "../../../lib/training/config/config.js";
import { trainedDefault } from "../../trained.js";

const runs = await trainedDefault("sampling-");
const config = resolveConfig({ benchmark: "hippocampus", method: "arco", preset: "smoke" });
const steps = await trainedSteps(config, { runs, steps: [0, 1], workers: 0 });
const fields = lossFields(steps);
const first = fields.filter(({ step }) => step === 0);
const draws = await negativeDraws(config, { runs, repeats: 8 });

test("a step is looked at without touching the run: the second time nothing is trained and the same is found", async () => {
  const files = () =>
    readdirSync(runs, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith("last.safetensors"))
      .map((name) => readFileSync(join(runs, name)));
  const before = files();
  const again = await trainedSteps(config, { runs, steps: [0, 1], workers: 0 });
  assert.deepEqual(files(), before);
  assert.deepEqual(lossFields(again), fields);
});

test("a field has the loss and the projected gradients of every pixel of its class", () => {
  assert.deepEqual([...new Set(fields.map(({ step }) => step))], [0, 1]);
  for (const { population, losses, gradients } of fields) {
    assert.equal(losses.length, population.pixels.length);
    assert.ok(gradients.length > 0 && gradients.every(({ length }) => length === losses.length));
    assert.deepEqual(population.shape, [64, 48]);
  }
  const largest = largestStructure(first);
  assert.ok(largest.class > 0 && first.every((one) => one.class === 0 || one.losses.length <= largest.losses.length));
});

test("with the seed of the run the first draw of queries and negatives is the step's own: its losses are those of the term", () => {
  const own = draws.filter(({ draw }) => draw === "shared").map(({ losses }) => losses[0]);
  const mean = own.reduce((sum, loss) => sum + loss, 0) / own.length;
  assert.ok(Math.abs(mean - steps[0].terms.contrast) < 1e-5, `${mean} against ${steps[0].terms.contrast}`);
});

test("the three ways of drawing negatives agree in the mean loss, and sets of one's own never scatter clearly more", () => {
  for (const of of new Set(draws.map((one) => one.class))) {
    const [shared, pool, own] = draws.filter((one) => one.class === of);
    assert.deepEqual(
      [shared, pool, own].map(({ draw }) => draw),
      ["shared", "pool", "own"],
    );
    for (const one of [shared, pool])
      assert.ok(Math.abs(one.mean - own.mean) < 5 * Math.sqrt(one.variance / one.losses.length), `class ${of}`);
    // in expectation own sets have the least variance, but the queries' own may outweigh the negatives': no interval of theirs lies above
    for (const one of [shared, pool]) assert.ok(own.interval[0] <= one.interval[1], `class ${of}`);
    for (const { variance, interval } of [shared, pool, own])
      assert.ok(0 < interval[0] && interval[0] <= variance && variance <= interval[1] * 1.2);
  }
  const queries = queryVariances(first);
  assert.equal(negativeRows(draws, queries).length, draws.length);
  assert.match(negativeFindings(draws, queries)[0], /varies [\d.]+ times as much as with own sets/);
});

test("groups by the grid save what the gains say, and every other grouping is one of the same pixels", async () => {
  const found = await groupings(config, fields, { runs });
  const losses = gains(first).filter(({ quantity }) => quantity === "loss");
  for (const { title, sg, sag, groups } of found.filter(({ by }) => by === "grid")) {
    const same = losses.find((one) => one.title === title) ?? assert.fail(title);
    assert.deepEqual([sg, sag, groups], [same.sg, same.sag, same.groups]);
  }
  assert.equal(found.length, 4 * losses.length);
  assert.match(groupingFinding(found), /% with the grid over the batch/);
});

test("losses of another step, and a contrast that asks more than the batch, are refused", async () => {
  const moved = fields.map((field) => ({ ...field, step: 1 - field.step }));
  await assert.rejects(groupings(config, moved, { runs }), Problem);
  const hard = resolveConfig({ method: "arco", preset: "smoke", options: { contrast: { which: "hard" } } });
  await assert.rejects(negativeDraws(hard, { runs }), /expected "all" and "batch"/);
});

test("the fullest slice of a class is a labelled one with its pixels", async () => {
  const { region, population, shape, image, name } = await fullestSliceOf(config, { class: 2 });
  assert.equal(name, "posterior");
  assert.deepEqual([image.length, region.length], [shape[0] * shape[1], shape[0] * shape[1]]);
  assert.equal(population.pixels.length, region.filter((value) => value === 1).length);
  assert.ok(population.pixels.length > 50);
});
