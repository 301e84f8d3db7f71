import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { arcoDefaults } from "../../../lib/methods/arco/options.js";
import { Problem } from "../../../lib/problem.js";
import type { Group } from "../../../lib/runs/records.js";
import { ledgerRows, termCurve } from "../../../lib/studies/loss/ledgerRows.js";
import { curveFindings, ratioFindings, varianceRatios } from "../../../lib/studies/loss/samplerCurves.js";
import { figure20Weights, sweepFinding, type WeightSweep } from "../../../lib/studies/loss/weightSweep.js";
import { sampleRun } from "../../runs/samples.js";

const runs = mkdtempSync(join(tmpdir(), "sampler-curves-"));
after(() => rmSync(runs, { recursive: true }));

/** An entry of the ledger whose variances have these ratios. */
const entry = (of: number, quantity: string, ns: number, sg: number, sag: number) => ({
  class: of,
  quantity,
  ns,
  sg: ns * sg,
  sag: ns * sg * sag,
  between: 1 - sg,
  rho: sag - 1,
  observed: { ns: 1.1 * ns, sg: 1.1 * ns * sg, sag: 1.1 * ns * sg * sag },
});
let groups: Group[] = [];

before(async () => {
  const made = [];
  for (const seed of [0, 1, 2]) {
    const { folder, metrics } = await sampleRun(runs, { method: "arco", seed }, { cases: 1 });
    const spread = 1 + 0.1 * seed;
    const ledgers = [
      [
        entry(0, "loss", 1e-3, 0.5 * spread, 0.8),
        entry(1, "loss", 1e-5, 0.5 * spread, 0.8),
        entry(1, "gradient", 4, 0.9, 1),
      ],
      [
        { ...entry(2, "loss", 1, 1, 1), ns: 0, sg: 0, sag: 0, between: null, rho: null },
        entry(0, "loss", 1, 0.5 * spread, 0.8),
      ],
    ];
    for (const [at, ledger] of ledgers.entries())
      appendFileSync(
        join(folder, "log.jsonl"),
        `${JSON.stringify({ step: 100 * at + 1, contrast: 5 + at, ledger })}\n`,
      );
    made.push({ folder, seed, metrics });
  }
  groups = [{ title: "SG", runs: made }];
});

test("the ledger is read from the log by step, class and quantity; where nothing varies there is no row", () => {
  const rows = ledgerRows(groups[0].runs[0].folder);
  assert.deepEqual(
    rows.map(({ step, className, quantity }) => [step, className, quantity]),
    [
      [1, "background", "loss"],
      [1, "anterior", "loss"],
      [1, "anterior", "gradient"],
      [101, "background", "loss"],
    ],
  );
});

test("a damaged ledger is a Problem that says where", async () => {
  const { folder } = await sampleRun(runs, { method: "arco", seed: 7 }, { cases: 1 });
  appendFileSync(join(folder, "log.jsonl"), `${JSON.stringify({ step: 1, ledger: [{ class: 0 }] })}\n`);
  assert.throws(
    () => ledgerRows(folder),
    (error) => error instanceof Problem && /step 1/.test(error.message),
  );
});

test("ratios of variances are geometric means over steps and classes, one for each run and quantity", () => {
  const ratios = varianceRatios(groups);
  assert.equal(ratios.length, 6);
  for (const { seed, quantity, stratified, antithetic, observed } of ratios) {
    const expected = quantity === "loss" ? [0.5 * (1 + 0.1 * seed), 0.8] : [0.9, 1];
    for (const [i, value] of [stratified, antithetic].entries()) assert.ok(Math.abs(value - expected[i]) < 1e-9);
    assert.ok(Math.abs(observed - 1.1) < 1e-9);
  }
});

test("SG over NS is given with its interval and not tested, SAG over SG counts as below one only beyond the spread of five trainings", () => {
  const [loss] = ratioFindings(varianceRatios(groups));
  assert.match(
    loss,
    /SG has 0.550 \(95 % interval 0.426 to 0.674\) times that of NS \(never more, .*\), SAG 0.800 .* times that of SG \(a verdict takes 5 trainings\), over 3 trainings;/,
  );
  const five = (values: readonly number[]) =>
    values.map((antithetic, seed) => ({ ...varianceRatios(groups)[0], quantity: "loss" as const, antithetic, seed }));
  assert.match(
    ratioFindings(five([0.5, 0.6, 0.55, 0.52, 0.58]))[0],
    /times that of SG \(less, beyond the spread of the trainings\)/,
  );
  assert.match(ratioFindings(five([0.5, 1.4, 0.9, 1.2, 0.8]))[0], /not told apart from 1/);
  assert.match(
    ratioFindings(varianceRatios(groups).filter(({ seed }) => seed === 0))[0],
    /\(a verdict takes 5 trainings\), over one training/,
  );
});

test("the curve of a term is its mean over bins of steps, times its weight", () => {
  const points = termCurve(groups, "contrast", { every: 50, factor: 0.01 });
  assert.deepEqual(
    points.filter(({ seed }) => seed === 1).map(({ step, value }) => [step, Number(value.toFixed(9))]),
    [
      [50, 0.05],
      [150, 0.06],
    ],
  );
});

/** Curves whose last halves lie so far from those of the first arm. */
const curvesApart = (apart: readonly number[]) =>
  ["NS", "SG"].flatMap((arm, at) =>
    apart.flatMap((off, seed) =>
      [1, 2, 3, 4].map((step) => ({ arm, seed, step, value: 5 + 0.3 * seed + (at && step > 2 ? off : 0) })),
    ),
  );

test("curves differ where all seeds agree, and lie within the noise where they do not", () => {
  const alike = [-0.1, -0.11, -0.09, -0.105, -0.095];
  assert.match(curveFindings(curvesApart(alike))[0], /SG lies 0.10 below NS .*: more than the noise of the seeds/);
  assert.match(curveFindings(curvesApart(alike.slice(0, 3)))[0], /: too few seeds for a verdict, which takes 5/);
  assert.match(curveFindings(curvesApart([0.1, -0.1, 0.03, -0.05, 0.04]))[0], /: within the noise of the seeds/);
  assert.match(curveFindings(curvesApart([0.1]))[0], /with one seed/);
  const without = curvesApart([-0.1, -0.11, -0.09]).filter(({ arm, seed }) => arm === "NS" || seed < 2);
  assert.match(curveFindings(without)[0], /SG lies 0.1[01] below NS/, "a seed that one arm lacks is no pair");
});

test("every list of weights holds the lab's default, and the paper's list is whole in full length", () => {
  const { weights } = arcoDefaults("lab");
  const names = ["contrast", "unsupervised", "nearest"] as const;
  const full = figure20Weights("full");
  for (const preset of ["smoke", "mini", "full"] as const)
    for (const name of names) {
      const list = figure20Weights(preset)[name];
      assert.ok(list.includes(weights[name]));
      assert.ok(list.every((weight, at) => full[name].includes(weight) && (at === 0 || weight > list[at - 1])));
    }
  const printed = [0.001, 0.005, 0.01, 0.05, 0.1, 1];
  assert.ok(printed.every((weight) => full.contrast.includes(weight)));
  for (const name of ["unsupervised", "nearest"] as const)
    assert.ok([0.1, 0.2, 0.5, 1, 2, 10].every((weight) => full[name].includes(weight)));
});

test("a weight is called better than the default only beyond the noise of the seeds, and lost trainings are told", () => {
  const rng = stream(0, "sweep");
  const sweep = (gain: number, seeds: number, noise: number): WeightSweep => ({
    name: "contrast",
    x: "weight of the contrastive loss, λ₁ (no unit)",
    standard: 0.01,
    doses: [0.01, 0.1].flatMap((weight, at) =>
      Array.from({ length: seeds }, (_, seed) => ({ weight, seed, dice: 0.7 + at * gain + noise * rng.normal() })),
    ),
    diverged: [],
  });
  assert.match(sweepFinding(sweep(0.05, 6, 0.001)), /highest at 0.1, .* above the default 0.01 .* more than the noise/);
  assert.match(sweepFinding(sweep(0.01, 6, 0.05)), /highest at the default|within the noise of the seeds/);
  assert.match(sweepFinding(sweep(0.05, 1, 0)), /with one seed that is no evidence/);
  assert.match(sweepFinding(sweep(-0.05, 2, 0)), /highest at the default 0.01/);
  assert.match(
    sweepFinding(sweep(0.0001, 1, 0)),
    /highest at 0.1, as high as at the default 0.01 to a tenth of a Dice/,
  );
  assert.match(sweepFinding({ ...sweep(0, 2, 0), diverged: [{ weight: 1, seed: 0 }] }), /1 trainings diverged/);
});
