import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Problem } from "../../../lib/problem.js";
import { readLog } from "../../../lib/runs/records.js";
import { trainRun } from "../../../lib/runs/trainRun.js";
import { type StepApart, takeApart } from "../../../lib/studies/step/apart.js";
import { stepCosts } from "../../../lib/studies/step/costs.js";
import { byClass, eventOf, eventRows, populationRows } from "../../../lib/studies/step/events.js";
import {
  chosenNegatives,
  chosenQueries,
  confidences,
  loadedImages,
  pseudoLabels,
  strongViews,
} from "../../../lib/studies/step/pictures.js";
import { distanceFromLog, termRows } from "../../../lib/studies/step/terms.js";
import { resolveConfig } from "../../../lib/training/config/config.js";
import { smallSample } from "../../sample.js";

process.env.ARCO_DATA = smallSample();
const runs = mkdtempSync(join(tmpdir(), "step-apart-"));
after(() => rmSync(runs, { recursive: true }));
const config = resolveConfig({ method: "arco", preset: "smoke", steps: 3 });
let folder = "";
let apart: StepApart;

before(async () => {
  await assert.rejects(takeApart(config, { runs }), Problem); // nothing was trained yet
  folder = (await trainRun(config, { runs })).run;
  apart = await takeApart(config, { runs, weights: "start" });
});

test("the first step from the weights a run started from has the very terms of the run's log; other steps have no such row", () => {
  assert.equal(distanceFromLog(apart, readLog(folder)), 0);
  assert.equal(distanceFromLog({ ...apart, step: 99 }, readLog(folder)), undefined);
  const halved = { ...apart, terms: { ...apart.terms, contrast: 1.5 * apart.terms.contrast } };
  assert.ok(Math.abs((distanceFromLog(halved, readLog(folder)) ?? 0) - 0.5) < 1e-9);
});

test("weighted terms sum to the loss, their shares to one", () => {
  const rows = termRows(apart);
  const sum = (of: "weighted" | "share") => rows.reduce((total, row) => total + row[of], 0);
  assert.ok(Math.abs(sum("weighted") - apart.terms.loss) < 1e-5);
  assert.ok(Math.abs(sum("share") - 1) < 1e-5);
  assert.equal(rows.find(({ term }) => term === "contrast")?.weight, 0.01);
});

test("every query and every negative is an available pixel, queries of the class itself and negatives of others", () => {
  const population = new Map(
    byClass(apart, "population").map(({ class: of, values }) => [of, new Set(Array.from(values))]),
  );
  for (const { class: of, values } of byClass(apart, "draw"))
    assert.ok(Array.from(values).every((pixel) => population.get(of)?.has(pixel)));
  const labels = [...apart.label, ...Array.from(eventOf(apart, "pseudo labels").values)];
  for (const { class: of, values } of byClass(apart, "negatives"))
    assert.ok(Array.from(values).every((pixel) => labels[pixel] !== of));
  const drawn = byClass(apart, "draw").map(({ values }) => values.length);
  assert.deepEqual(
    populationRows(apart).map(({ queries }) => queries),
    drawn,
  );
});

test("an event that did not happen is a Problem that names those which did", () => {
  assert.throws(
    () => eventOf(apart, "strange"),
    (error) => error instanceof Problem && /pseudo labels/.test(error.message),
  );
  assert.equal(
    eventRows(apart).reduce((sum, { times }) => sum + times, 0),
    apart.events.length,
  );
});

test("pictures of a step say in their title what they count", () => {
  const title = (figure: { layout: { title: { text: string } } }) =>
    figure.layout.title.text.replaceAll("<br>", " ").replaceAll(/<[^>]*>/g, "");
  const [pseudo, sure, shown] = [pseudoLabels(apart), confidences(apart), strongViews(apart)].map(title);
  const labels = Array.from(eventOf(apart, "pseudo labels").values);
  const background = Math.round((100 * labels.filter((label) => label === 0).length) / labels.length);
  assert.ok(pseudo.includes(`${background} % background`), pseudo);
  assert.match(sure, /% reach 0.7, .* % reach 0.97/);
  assert.match(shown, /% of the pixels have another pseudo label/);
  assert.match(title(loadedImages(apart)), /2 labelled and 2 unlabelled/);
  for (const { class: of, values } of byClass(apart, "population"))
    assert.ok(
      title(chosenQueries(apart)).includes(
        `of ${values.length} pixels of ${["background", "anterior", "posterior"][of]}`,
      ),
    );
  const counts = [...title(chosenNegatives(apart, { of: 0 })).matchAll(/(\d+) pixels/g)].map(([, count]) =>
    Number(count),
  );
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    512,
  );
});

test("what a step costs is told for every part of it, and the run is not touched", async () => {
  const before = readLog(folder);
  const costs = await stepCosts(config, { runs, repeats: 1 });
  assert.equal(costs.length, 7);
  assert.ok(costs.every(({ milliseconds }) => milliseconds > 0));
  assert.deepEqual(readLog(folder), before);
});
