import assert from "node:assert/strict";
import { test } from "node:test";
import { varianceCurves } from "../../../lib/plots/charts/varianceCurves.js";
import { gridGroups } from "../../../lib/samplers/groups.js";
import { variances } from "../../../lib/samplers/variance.js";
import { partlyEven, symmetryFinding, symmetryStudy } from "../../../lib/studies/sampling/symmetry.js";
import {
  agreement,
  varianceAgainstGroups,
  varianceAgainstPixels,
} from "../../../lib/studies/sampling/varianceStudy.js";
import "../../fixtures/own/sampler.js";
import { full } from "../../samplers/samples.js";
import { field, slice } from "./samples.js";

const one = field();
const points = varianceAgainstPixels(one, { repeats: 200 });

test("the theorem's variance of NS falls as 1/n, whatever the grid, and SG has no more where shares are whole", () => {
  const ns = points.filter(({ sampler }) => sampler === "NS");
  for (const { x, theory = 0 } of ns) assert.ok(Math.abs(x * theory - 16 * (ns[0].theory ?? 0)) < 1e-12);
  const size = one.population.pixels.length;
  for (const point of varianceAgainstPixels(one, { counts: [size], repeats: 2 })) {
    const base = ns[0].theory ?? 0;
    if (point.sampler === "SG") assert.ok((point.theory ?? 0) <= (16 * base) / size + 1e-12);
  }
});

test("one group leaves SG just the variance of NS, and the Neyman bound lies below SG with every grid", () => {
  const found = varianceAgainstGroups(one);
  for (const n of [32, 256, 2048]) {
    const of = (sampler: string, x: number) =>
      found.find((point) => point.sampler === sampler && point.x === x && point.setting === n)?.theory ?? Number.NaN;
    assert.ok(Math.abs(of("SG", 1) / of("NS", 1) - 1) < 1e-12);
    for (const { x } of found.filter(({ sampler, setting }) => sampler === "Neyman" && setting === n))
      assert.ok(of("Neyman", x) <= of("SG", x) + 1e-15);
  }
  assert.equal(new Set(found.map(({ x, sampler, setting }) => `${x} ${sampler} ${setting}`)).size, found.length);
});

test("theory and observation are said to agree where they do, and not where the theory is another", () => {
  assert.match(agreement(points), /theory and observation agree\.$/);
  const wrong = points.map((point) => ({ ...point, theory: 1.5 * (point.theory ?? 0) }));
  assert.match(agreement(wrong), /more than chance explains\.$/);
});

test("a registered sampler is observed beside the others by its name, without theory", () => {
  const own = varianceAgainstPixels(one, { samplers: ["sg", "inOrder"], counts: [16, 32], repeats: 200 });
  const sg = points.filter(({ sampler, x }) => sampler === "SG" && x <= 32);
  assert.deepEqual(
    own.filter(({ sampler }) => sampler === "SG"),
    sg,
  );
  const drawn = own.filter(({ sampler }) => sampler === "inOrder");
  assert.equal(drawn.length, sg.length);
  for (const { theory, observed = 0 } of drawn) assert.ok(theory === undefined && observed > 0);
  assert.throws(() => varianceAgainstPixels(one, { samplers: ["inOder"] }), {
    name: "Problem",
    message: /^sampler: found "inOder", .*did you mean "inOrder"/,
  });
});

test("the same seed observes the same", () => {
  assert.deepEqual(varianceAgainstPixels(one, { repeats: 200 }), points);
});

test("a field with an even part of s gives partners the correlation 2s − 1, so that SAG has 2s times the variance of SG", () => {
  const population = full([12, 12]);
  const groups = gridGroups(population, { cells: 2 });
  for (const part of [0, 0.1, 0.5, 0.9, 1]) {
    const { sg, sag, rho } = variances(partlyEven(groups, part), groups, 8 * groups.count);
    assert.ok(Math.abs(sag - 2 * part * sg) < 1e-12, `${part}: ${sag} against ${sg}`);
    for (const own of rho) assert.ok(Math.abs(own - (2 * part - 1)) < 1e-12);
  }
});

test("SAG is found to lose where more than half of the variance is even", () => {
  const found = symmetryStudy(slice(), { repeats: 200 });
  assert.match(
    symmetryFinding(found),
    /^SAG beats SG up to an even part of 25 % and loses from 75 % on, at worst with (2\.00|1\.9\d) times/,
  );
  assert.match(agreement(found), /agree\.$/);
});

test("a figure says of lines and dots only what it has, and samplers keep their colours where one is left out", () => {
  const subtitle = (of: typeof points) => varianceCurves(of, { x: "pixels drawn, n" }).layout.title.text;
  assert.match(subtitle(points), /line: theory, dot: observed/);
  assert.doesNotMatch(subtitle(varianceAgainstGroups(one)), /dot:/);
  const color = (of: typeof points, name: string) =>
    varianceCurves(of, { x: "pixels drawn, n", baseline: "SG" }).data.find((trace) => trace.name === name)?.line?.color;
  const without = points.filter(({ sampler }) => sampler !== "NS");
  assert.equal(color(without, "SAG"), color(points, "SAG"));
});
