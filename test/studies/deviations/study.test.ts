import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeSafetensors } from "../../../lib/engine/safetensors.js";
import { deviations } from "../../../lib/paper/deviations.js";
import { lastValidation } from "../../../lib/reports/rows.js";
import { runName } from "../../../lib/runs/run.js";
import { summary } from "../../../lib/statistics/summary.js";
import { deviationDifferences, deviationFindings, deviationRows } from "../../../lib/studies/deviations/findings.js";
import { deviationStudy } from "../../../lib/studies/deviations/study.js";
import { switches } from "../../../lib/studies/deviations/switches.js";
import { planTable } from "../../../lib/tables/plan.js";
import { pretrainingConfig, resolveConfig } from "../../../lib/training/config/config.js";
import { sampleRun } from "../../runs/samples.js";
import { smallSample } from "../../sample.js";
import { temporary } from "../../temporary.js";

process.env.ARCO_DATA = smallSample();
const home = temporary("arco-deviations-");
const configOf = (options: object) =>
  resolveConfig({ method: "arco", seed: 0, options: { sampler: "sg", ...options } });
const everything = [...switches, ...switches.flatMap(({ equals }) => equals ?? [])];

test("a switch is the lab's config with other options, all after one pre-training; at most eight trainings are not in table 2", () => {
  const { jobs } = planTable(2, { runs: home, seeds: [0] });
  const names = new Set(jobs.map(({ run }) => run));
  const lab = configOf({});
  assert.ok(names.has(runName(lab)));
  const configs = everything.map(({ options }) => configOf(options));
  assert.equal(new Set([lab, ...configs].map(runName)).size, everything.length + 1);
  for (const config of configs) {
    assert.deepEqual({ ...config, options: lab.options }, lab);
    assert.deepEqual(pretrainingConfig(config), pretrainingConfig(lab));
  }
  assert.ok(configs.filter((config) => !names.has(runName(config))).length <= 8);
});

test("a switch names lines of the list of deviations in which paper or released code differ from the lab", () => {
  for (const { deviations: numbers, from, title } of switches)
    for (const number of numbers) {
      const line = deviations.find((one) => one.number === number);
      assert.ok(line?.[from] && line[from] !== line.lab, `${title}: ${number}`);
    }
});

test("the nearest-neighbour loss without a gradient trains the very network that is trained without it", async () => {
  const tried = switches.filter(({ equals }) => equals);
  const runs = join(home, "trained");
  const seen: string[] = [];
  const options = { runs, parallel: 1, preset: "smoke", seeds: [0], config: { steps: 3 }, tried } as const;
  const study = await deviationStudy({
    ...options,
    onProgress: ({ at: { title, number, state }, of }) => state === "finished" && seen.push(`${title} ${number}/${of}`),
  });
  assert.deepEqual(seen, [
    "pre-training of lab and 2 more, seed 0 1/4",
    "lab, seed 0 2/4",
    "L_nn without a gradient, seed 0 3/4",
    "without L_nn, seed 0 4/4",
  ]);
  const [{ isEqual, title }] = study.switched;
  assert.equal(isEqual, true);
  const [switched, without] = [tried[0].options, tried[0].equals?.options ?? {}].map((changed) => {
    const config = resolveConfig({ ...{ method: "arco", preset: "smoke", steps: 3 }, options: changed });
    const path = join(runs, runName(config), "checkpoints", "last.safetensors");
    const { entries } = decodeSafetensors(readFileSync(path), path);
    return Object.entries(entries).filter(([name]) => name.startsWith("model/"));
  });
  assert.ok(switched.length > 50);
  assert.deepEqual(switched, without);
  const found = deviationFindings(study);
  assert.match(found[0], /no yardstick/);
  assert.ok(
    found.some((sentence) => sentence.startsWith(`“${title}” gives the results of “without L_nn” to the last bit`)),
  );
  assert.deepEqual(await deviationStudy({ ...options, onProgress: () => assert.fail("trained again") }), study);
});

test("a difference is of pairs of validation cases, the yardstick is the distance of the lab's own seeds, and both are what the runs hold", async () => {
  const runs = join(home, "made");
  const [first, second] = switches;
  const [dice, onValidation]: number[][] = [[], []]; // of a made run the validation cases are those that it is tested on
  for (const [seed, shift] of [1, 3].entries()) {
    const lab = await sampleRun(runs, { method: "arco", seed, options: { sampler: "sg" } }, { shift });
    dice.push(lab.metrics.mean.dice);
    onValidation.push(lastValidation(lab.folder).score);
  }
  const made = [];
  for (const [options, shift] of [
    [first.options, 8],
    [second.options, 2],
  ] as const)
    made.push(await sampleRun(runs, { method: "arco", seed: 0, options: { sampler: "sg", ...options } }, { shift }));
  const study = await deviationStudy({ runs, preset: "smoke", seeds: [0, 1], tried: [first, second] });
  assert.ok(Math.abs((study.apart ?? 0) - Math.abs(onValidation[0] - onValidation[1])) < 1e-12);
  const shown = deviationDifferences(study);
  for (const [at, { overCases, runs: found, title }] of study.switched.entries()) {
    assert.deepEqual(found[0].metrics, made[at].metrics);
    const own = shown.filter(({ arm }) => arm === title).map(({ value }) => value / 100);
    const { mean, interval } = summary(own);
    assert.equal(own.length, 3);
    assert.ok(Math.abs(mean - (made[at].metrics.mean.dice - dice[0])) < 1e-9);
    assert.ok(Math.abs((overCases?.difference.mean ?? 0) - mean) < 1e-9);
    assert.ok(interval && Math.abs((overCases?.difference.interval?.[0] ?? 0) - interval[0]) < 1e-9);
  }
  const [yardstick] = deviationFindings(study);
  assert.ok(yardstick.startsWith("1 of 2 switches move the Dice by more than"), yardstick);
  assert.ok(yardstick.includes(first.title));
  assert.deepEqual(
    deviationRows(study).map((row) => row["validation Dice (%)"]),
    [50 * (onValidation[0] + onValidation[1]), ...made.map(({ folder }) => 100 * lastValidation(folder).score)],
  );
});
