import assert from "node:assert/strict";
import { test } from "node:test";
import { gridGroups } from "../../../lib/samplers/groups.js";
import { type Gain, gainFindings, gainRows, gains, meanCorrelation } from "../../../lib/studies/sampling/gains.js";
import { field } from "./samples.js";

const one = field();
const groups = gridGroups(one.population);

test("losses that differ between cells only leave SG and SAG nothing but the rounding of shares", () => {
  const losses = Float64Array.from(groups.label);
  const whole = { ...one, population: one.population, losses, gradients: [losses] };
  for (const n of [groups.starts[groups.count], 2 * groups.starts[groups.count]]) // every share is whole
    for (const { sg, sag, between } of gains([whole], { n })) {
      assert.ok(Math.abs(sg) < 1e-12 && Math.abs(sag) < 1e-12, `${sg}, ${sag}`);
      assert.ok(Math.abs(between - 1) < 1e-12);
    }
});

test("where shares are whole SG saves just the part that lies between groups, whatever n, and Neyman's bound is no higher", () => {
  const size = one.population.pixels.length;
  for (const times of [1, 3])
    for (const { sg, between, neyman } of gains([one], { n: times * size })) {
      assert.ok(Math.abs(1 - sg - between) < 1e-9);
      assert.ok(neyman <= sg + 1e-12);
    }
});

test("a single cell saves nothing, and a field whose losses are all equal is left out", () => {
  for (const { sg, between } of gains([one], { cells: 1 }))
    assert.ok(Math.abs(sg - 1) < 1e-12 && Math.abs(between) < 1e-12);
  const equal = { ...one, losses: new Float32Array(one.losses.length).fill(2), gradients: [one.losses] };
  assert.deepEqual(
    gains([equal]).map(({ quantity }) => quantity),
    ["gradient"],
  );
});

test("the gradient's shares do not depend on how many directions repeat the same projections", () => {
  const twice = { ...one, gradients: [...one.gradients, ...one.gradients] };
  const [, single] = gains([one]);
  const [, double] = gains([twice]);
  for (const key of ["sg", "sag", "neyman", "between", "rho"] as const)
    assert.ok(Math.abs(single[key] - double[key]) < 1e-12);
});

test("the mean correlation weighs groups by variance and count, and passes over groups without variance", () => {
  const found = { sd: Float64Array.of(1, 2, 0), rho: Float64Array.of(-1, 0.5, Number.NaN) };
  assert.ok(Math.abs(meanCorrelation(found, () => 1) - (-1 + 4 * 0.5) / 5) < 1e-12);
  assert.ok(Math.abs(meanCorrelation(found, (m) => (m === 0 ? 4 : 1)) - (-4 + 4 * 0.5) / 8) < 1e-12);
});

const gain = (step: number, sg: number, sag: number): Gain => ({
  training: 0,
  step,
  title: "made",
  quantity: "loss",
  pixels: 10,
  groups: 2,
  sg,
  sag,
  neyman: 0,
  between: 1 - sg,
  rho: 0,
});

test("a difference of SAG and SG is called one only where five trainings agree on it", () => {
  const say = (pairs: readonly (readonly [number, number])[]) =>
    gainFindings(
      pairs.flatMap(([sg, sag], training) =>
        [-0.3, 0.3].map((apart, step) => ({ ...gain(step, sg + apart, sag + apart), training })),
      ),
    )[0];
  const better = [0.5, 0.52, 0.5, 0.51, 0.49].map((sag, at) => [0.8 + 0.01 * (at % 2), sag] as const);
  assert.match(say(better), /SAG is better than SG \(5 trainings, 10 batches in all\)/);
  assert.match(say(better.map(([sg, sag]) => [sag, sg])), /SAG is worse than SG/);
  assert.match(
    say(better.map(([sg, sag], at) => (at % 2 ? [sg, sag] : [sag, sg]))),
    /within the spread of the trainings/,
  );
  assert.match(say(better.slice(0, 4)), /nothing is decided: that takes 5 trainings/); // however alike batches are
  assert.match(
    say([[0.5, 0.8]]),
    /SG saves 50\.0 % and SAG 20\.0 %.*that takes 5 trainings \(one training, 2 batches in all\)/,
  );
});

test("rows are means over the batches that have the class", () => {
  const rows = gainRows([gain(0, 0.8, 0.6), gain(1, 0.6, 0.2), { ...gain(0, 0.1, 0.1), title: "other" }]);
  assert.deepEqual(
    rows.map((row) => [row["class, quantity"], row.batches]),
    [
      ["made, loss", 2],
      ["other, loss", 1],
    ],
  );
  assert.ok(Math.abs(rows[0]["SG / NS"] - 0.7) < 1e-12 && Math.abs(rows[0]["SAG / NS"] - 0.4) < 1e-12);
});
