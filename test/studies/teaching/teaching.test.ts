import assert from "node:assert/strict";
import { before, test } from "node:test";
import { arcoOptions } from "../../../lib/methods/arco/options.js";
import { Problem } from "../../../lib/problem.js";
import { trainRun } from "../../../lib/runs/trainRun.js";
import { openData } from "../../../lib/runs/workplace.js";
import { gradientOf, only, type TermGradient, termGradients, terms } from "../../../lib/studies/teaching/gradients.js";
import { type LabelQuality, pseudoLabels, qualityOf } from "../../../lib/studies/teaching/pseudoLabels.js";
import {
  gradientFinding,
  gradientRows,
  labelCurves,
  labelFinding,
  labelRows,
} from "../../../lib/studies/teaching/rows.js";
import { openBatches } from "../../../lib/training/batches/batches.js";
import { batchesOf } from "../../../lib/training/batches/ofConfig.js";
import { resolveConfig } from "../../../lib/training/config/config.js";
import { smallSample } from "../../sample.js";
import { temporary } from "../../temporary.js";

process.env.ARCO_DATA = smallSample();
const runs = temporary("teaching-");
const config = resolveConfig({ method: "arco", preset: "smoke", steps: 2, labeled: 3 });
let labels: LabelQuality[];
let gradients: TermGradient[];

before(async () => {
  await trainRun(config, { runs, keepEvery: 1 });
  labels = await pseudoLabels("ARCO-SG", config, { runs, slices: 8 });
  gradients = await termGradients("ARCO-SG", config, { runs, batches: 1 });
});

test("labels are compared with the truth pixel by pixel; what is not labelled does not count", () => {
  const said = { label: [0, 1, 1, 0, 1, 1], confidence: [1, 1, 0.5, 0.5, 1, 1] };
  const found = qualityOf(said, [0, 1, 0, 1, 1, -1], ["background", "organ"], 0.97);
  assert.equal(found.accuracy, 3 / 5);
  assert.equal(found.dice, (2 * 2) / (3 + 3));
  assert.equal(found.sure, 3 / 5);
  assert.equal(found.accuracyOfSure, 1);
  const [, { precision, recall, sure }] = found.perClass;
  assert.deepEqual([precision, recall, sure], [2 / 3, 2 / 3, 2 / 3]);
  assert.ok(Math.abs(found.calibration.error - 0.5 * (2 / 5)) < 1e-12); // two of five are half sure and wrong
});

test("a training is looked at where it began, after every step that was kept, and at its end", () => {
  const steps = [...new Set(labels.map(({ step }) => step))];
  assert.deepEqual(steps, [0, 1, 2]);
  assert.equal(labels.length, 3 * steps.length);
  const of = (step: number, speaker: string) => labels.find((one) => one.step === step && one.speaker === speaker);
  // student and teacher begin alike, so that in evaluation mode they say the same, and no longer after some steps
  assert.deepEqual(of(0, "student")?.perClass, of(0, "teacher in evaluation mode")?.perClass);
  assert.notDeepEqual(of(2, "student")?.calibration, of(2, "teacher in evaluation mode")?.calibration);
  assert.ok(labels.every(({ dice, sure }) => dice >= 0 && dice <= 1 && sure >= 0 && sure <= 1));
});

test("a method without a teacher has no pseudo labels to look at", async () => {
  const plain = resolveConfig({ method: "supervised", preset: "smoke", steps: 1, labeled: 3 });
  await trainRun(plain, { runs });
  await assert.rejects(pseudoLabels("supervised", plain, { runs }), /holds no teacher/);
  await assert.rejects(termGradients("supervised", plain, { runs }), Problem);
});

test("the gradients of the terms sum to the gradient of the loss", async () => {
  const options = arcoOptions.parse(config.options);
  const batches = await openBatches(await openData(config), { ...batchesOf(config), workers: 0 });
  const own = [await batches.at(0)];
  await batches.close();
  const probe = { config, runs, weights: "last", method: "arco" } as const;
  const whole = await gradientOf({ ...probe, options }, own);
  const sum = new Float64Array(whole.mean.length);
  for (const term of terms) {
    if (term !== "supervised" && options.weights[term] === 0) continue;
    const { mean } = await gradientOf({ ...probe, options: only(term, options) }, own);
    for (let i = 0; i < sum.length; i++) sum[i] += mean[i];
  }
  const norm = (values: Float64Array) =>
    Math.hypot(...[values.reduce((total, value) => total + value * value, 0) ** 0.5]);
  assert.ok(norm(sum.map((value, i) => value - whole.mean[i])) < 1e-4 * norm(whole.mean));
});

test("each term has its gradient, compared with the supervised one and with the truth", () => {
  assert.deepEqual(
    gradients.map(({ term }) => term),
    ["supervised", "unsupervised", "contrast", "nearest"],
  );
  const [supervised, ...others] = gradients;
  assert.equal(supervised.ratio, 1);
  assert.ok(Math.abs(supervised.supervised - 1) < 1e-9);
  assert.ok(supervised.truth > 0.3); // labels of three volumes teach much of what those of others would
  assert.ok(others.every(({ truth, norm }) => Math.abs(truth) <= 1 && norm >= 0));
});

test("the end of an arm is that of its own trainings, however long others are", () => {
  const longer = labels.map((one) => ({ ...one, arm: "longer", step: 10 * one.step }));
  const rows = labelRows([...labels, ...longer]);
  assert.deepEqual(
    rows.slice(3).map(({ arm: _, ...row }) => row),
    rows.slice(0, 3).map(({ arm: _, ...row }) => row),
  );
  assert.doesNotMatch(labelFinding([...labels, ...longer]), /NaN/);
});

test("rows, a figure and sentences hold what was measured", () => {
  assert.equal(labelRows(labels).length, 3);
  assert.equal(gradientRows(gradients).length, 4);
  assert.match(labelFinding(labels), /ARCO-SG: the labels that the student learns from have a Dice of 0\.\d+/);
  assert.match(gradientFinding(gradients), /at the end supervised 1\.0 \(cosine/);
  assert.ok(JSON.stringify(labelCurves(labels)).includes("teacher in evaluation mode"));
});
