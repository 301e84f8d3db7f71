import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { benchmarks } from "../../../lib/benchmarks/index.js";
import { describe } from "../../../lib/notebook/forms.js";
import { runFolder } from "../../../lib/runs/folder.js";
import { paired } from "../../../lib/statistics/paired.js";
import { armNames, armsOf } from "../../../lib/studies/curves/arms.js";
import { curvesSoFar, learningCurves } from "../../../lib/studies/curves/curves.js";
import { learningFigure } from "../../../lib/studies/curves/figure.js";
import { curvesSheet } from "../../../lib/studies/curves/sheet.js";
import { tableFormats } from "../../../lib/tables/formats.js";
import { isProblem } from "../../benchmarks/reading.js";
import { sampleRun } from "../../runs/samples.js";
import { smallSample } from "../../sample.js";
import { temporary } from "../../temporary.js";

const config = { preset: "smoke", validateEvery: 5 } as const;

test("an arm has a config for every draw and seed, or so many with a draw and a seed of their own; of all labels there is one draw", () => {
  const crossed = armsOf({ arms: ["control"], labeled: 3, seeds: [0, 1], draws: [0, 1, 2] });
  const pairsOf = ([{ configs }]: typeof crossed) => configs.map(({ labeledSeed, seed }) => [labeledSeed, seed]);
  assert.deepEqual(
    pairsOf(crossed),
    [0, 1, 2].flatMap((draw) => [0, 1].map((seed) => [draw, seed])),
  );
  const replicated = { labeled: 3, replicates: 3 };
  assert.deepEqual(pairsOf(armsOf({ arms: ["arco-sg"], ...replicated })), [
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  const later = armsOf({ arms: ["arco-sg"], labeled: 3, replicates: 2, first: 3 });
  assert.deepEqual(pairsOf(later), [
    [3, 3],
    [4, 4],
  ]);
  assert.throws(() => armsOf({ arms: ["arco-sg"], first: 3 }), isProblem(/^first: found 3 without a number of repl/));
  const [full] = armsOf({ arms: ["full"], ...replicated });
  assert.deepEqual(
    full.configs.map(({ labeled, labeledSeed, seed }) => [labeled, labeledSeed, seed]),
    [0, 1, 2].map((seed) => [60, 0, seed]),
  );
  assert.equal(armsOf({ arms: ["full"], seeds: [0], draws: [0, 1, 2] })[0].configs.length, 1);
});

test("an arm may change fields of its config, which its title says; what is no arm is refused with what there is", () => {
  const changes = { pretraining: null, options: { weights: { contrast: 0.1 } } };
  const [arm, whole] = armsOf({ arms: [{ name: "arco-sg", changes }, "arco-sg"], config: { steps: 7 } });
  assert.equal(arm.title, "ARCO-SG (pretraining null, options.weights.contrast 0.1)");
  assert.equal(arm.name, arm.title); // so that both can be compared
  assert.equal(arm.configs[0].pretraining, null);
  assert.deepEqual([arm.configs[0].steps, whole.configs[0].steps, whole.title], [7, 7, "ARCO-SG"]);
  const refused = (arms: Parameters<typeof armsOf>[0]["arms"], words: RegExp) =>
    assert.throws(() => armsOf({ arms }), isProblem(words));
  refused(["arco-sgg"], /^arm: found "arco-sgg", expected one of supervised, .*; did you mean "arco-sg"\?$/);
  refused(["relational"], /^arm: found "relational"/);
  refused(["supervised", "supervised"], /found "supervised" twice, expected each once/);
  for (const name of armNames()) assert.ok(armsOf({ arms: [name] })[0].configs[0].method.length > 0, name);
});

test("points are the validations of the logs against all that they had cost, ends and differences those of the runs", async () => {
  const runs = temporary("arco-curves-");
  const choice = { runs, arms: ["supervised", "arco-sg"], seeds: [0, 1, 2, 3, 4], config };
  const arms = armsOf(choice);
  const dice: number[][] = [];
  for (const [at, { configs }] of arms.entries()) {
    dice[at] = [];
    for (const [seed, one] of configs.entries()) {
      const { folder, metrics } = await sampleRun(runs, one, { shift: 3 - at + (seed % 2), cases: 2 });
      dice[at].push(metrics.mean.dice);
      writeFileSync(
        join(folder, "timing.json"),
        JSON.stringify([
          { fromStep: 0, toStep: 4, trainSeconds: 40 },
          { fromStep: 4, toStep: 10, trainSeconds: 120 },
        ]),
      );
    }
  }
  const found = curvesSoFar(choice);
  const [supervised, arco] = found.arms;
  const first = (of: typeof arco) => of.points.filter(({ seed }) => seed === 0);
  assert.deepEqual(
    first(supervised).map(({ updates, images, seconds }) => [updates, images, seconds]),
    [
      [5, 10, 60],
      [10, 20, 160],
    ],
  );
  assert.deepEqual(
    first(arco).map(({ updates, images }) => [updates, images]), // 5 steps of 2 + 2 before
    [
      [10, 40],
      [15, 60],
    ],
  );
  const [verdict] = found.verdicts;
  const expected = paired(dice[0], dice[1]);
  assert.deepEqual(verdict.overSeeds, expected);
  assert.deepEqual([verdict.arm, verdict.baseline], ["arco-sg", "supervised"]);
  const turned = curvesSoFar({ ...choice, compare: [["arco-sg", "supervised"]] });
  assert.ok(Math.abs(turned.verdicts[0].overSeeds.difference.mean + expected.difference.mean) < 1e-12);
  assert.throws(
    () => curvesSoFar({ ...choice, compare: [["control", "supervised"]] }),
    isProblem(/^compare: found "control"/),
  );

  const sheet = curvesSheet(found);
  assert.equal(sheet.records.length, 20);
  assert.deepEqual(new Set(sheet.records.map(({ test_dice }) => test_dice)), new Set(dice.flat()));
  assert.deepEqual(
    sheet.grids[0].rows.map(([title, trainings, updates]) => [title, trainings, updates]),
    [
      ["supervised", "5 seeds", "10"],
      ["ARCO-SG", "5 seeds", "5 + 10"],
    ],
  );
  for (const [name, write] of Object.entries(tableFormats)) assert.ok(write(sheet).includes("ARCO-SG"), name);
  for (const by of ["updates", "images", "seconds"] as const) {
    const figure = learningFigure(found, { by });
    assert.match(describe(figure), /ARCO-SG/);
    const [line] = figure.data.filter(({ name }) => name === "supervised");
    assert.deepEqual(
      line.x,
      first(supervised).map((point) => point[by]),
    );
  }
});

test("trainings that are half done have their curve so far and no result, and none is called converged", async () => {
  const runs = temporary("arco-curves-half-");
  const choice = { runs, arms: ["supervised", "control"], config };
  const [{ configs }] = armsOf(choice);
  await sampleRun(runs, configs[0], { finished: false });
  const found = curvesSoFar(choice);
  assert.deepEqual(
    found.arms.map(({ points, runs: { length }, asked }) => [points.length, length, asked]),
    [
      [2, 0, 1],
      [0, 0, 1],
    ],
  );
  assert.deepEqual(found.verdicts, []);
  assert.equal(curvesSheet(found).grids[0].rows[0][1], "0 of 1");
});

test("curves are trained, pre-trainings too, and the same call again trains nothing", async () => {
  process.env.ARCO_DATA = smallSample();
  process.env.ARCO_THREADS = "1";
  const runs = temporary("arco-curves-trained-");
  const choice = {
    runs,
    arms: ["supervised", "arco-sg"],
    config: { ...config, steps: 4, validateEvery: 2 },
    parallel: 1,
  };
  const steps: string[] = [];
  const found = await learningCurves({
    ...choice,
    onProgress: ({ at: { title, step } }) => steps.push(`${title} ${step}`),
  });
  assert.ok(steps.includes("pre-training of ARCO-SG, seed 0 5"), steps.join());
  const [supervised, arco] = found.arms;
  assert.deepEqual(
    arco.points.map(({ updates }) => updates),
    [7, 9],
  );
  assert.ok(arco.points[0].seconds > 0 && arco.points[1].seconds > arco.points[0].seconds);
  assert.equal(supervised.runs[0].metrics.beside?.checkpoint, "bestVal");
  assert.equal(supervised.runs[0].folder, runFolder(runs, armsOf(choice)[0].configs[0]));
  assert.deepEqual(await learningCurves({ ...choice, onProgress: () => assert.fail("trained again") }), found);
  assert.equal(found.title, benchmarks.hippocampus.title);
});
