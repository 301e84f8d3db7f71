import assert from "node:assert/strict";
import { test } from "node:test";
import { inclusionMap } from "../../../lib/plots/pictures/inclusionMap.js";
import { biases, biasFinding } from "../../../lib/studies/sampling/bias.js";
import {
  countDraws,
  inclusionFindings,
  inclusionPanels,
  inclusionRows,
} from "../../../lib/studies/sampling/inclusion.js";
import "../../fixtures/own/sampler.js";
import { field, slice } from "./samples.js";

const made = slice();
const counted = countDraws(made, { repeats: 2000 });

test("counts and expected counts of every sampler sum to the draws", () => {
  for (const { sampler, draws, counts, expected } of counted) {
    const [count, expectation] = [counts, expected].map((values) => values.reduce((sum, value) => sum + value, 0));
    assert.equal(draws, 64 * 2000);
    assert.equal(count, draws, sampler);
    assert.ok(Math.abs(expectation - draws) < 1e-6 * draws, sampler);
  }
});

test("by expectation ours favour no pixel and the released samplers do; the counts agree with that", () => {
  for (const { sampler, least, most, expectedFit, uniformFit, counts } of counted) {
    const isOurs = ["ns", "sg", "sag"].includes(sampler);
    assert.equal(most - least < 1e-12, isOurs, sampler);
    // χ² over some 300 degrees of freedom, doubled for partners: standard deviation at most 0.12
    assert.ok(expectedFit < 1 + 0.12 * 5, `${sampler}: ${expectedFit}`);
    assert.equal(uniformFit < 2, isOurs, `${sampler}: ${uniformFit} over ${counts.length}`);
  }
  const [exact, seen] = inclusionFindings(counted);
  assert.match(exact, /equally likely under NS, SG, SAG; SG as released between .*, SAG as released between/);
  assert.match(seen, /^All counts agree .* refuted by the counts of SG as released, SAG as released\.$/);
});

test("a registered sampler is counted by its name", () => {
  const [own, ...others] = countDraws(made, { samplers: ["inOrder"], repeats: 2000 });
  assert.deepEqual([own.sampler, others], ["inOrder", []]);
  assert.match(inclusionFindings([own])[0], /equally likely under inOrder\.$/);
  assert.equal(
    own.counts.reduce((sum, count) => sum + count, 0),
    64 * 2000,
  );
});

test("what is called χ²/df is Pearson's χ² over the pixels less one", () => {
  const [{ counts, draws, uniformFit }] = counted; // naive: every pixel is expected equally often
  const ideal = draws / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - ideal) ** 2 / ideal, 0);
  assert.ok(Math.abs(uniformFit - chiSquare / (counts.length - 1)) < 1e-9);
  const [row] = inclusionRows(counted);
  assert.deepEqual([row["χ²/df against uniform"], row["χ²/df against exact"]], [uniformFit, counted[0].expectedFit]);
});

test("counts of another sampler are seen to disagree with the expectation", () => {
  const { counts } = counted.find(({ sampler }) => sampler === "sgReleased") ?? assert.fail();
  const mixed = counted.map((one) =>
    one.sampler === "sg" ? { ...one, counts, expectedFit: one.uniformFit + 50 } : one,
  );
  assert.match(inclusionFindings(mixed)[1], /^The counts of SG disagree/);
});

test("the maps of the counts are a figure with a panel for each sampler that has groups", () => {
  const { panels } = inclusionPanels(made, counted);
  assert.deepEqual(
    panels.map(({ title }) => title),
    ["SG", "SAG", "SG as released", "SAG as released"],
  );
  assert.match(inclusionMap(inclusionPanels(made, counted)).layout.title.text, /as released” draws some pixels/);
});

const found = biases(field(), { repeats: 500 });

test("the exact bias of a mean loss is 0 for ours and with Horvitz–Thompson weights, and repeated draws show the others'", () => {
  for (const { sampler, weights, exact, observed, interval, inSd } of found) {
    const isReleased = sampler.endsWith("Released") && weights === "plain";
    assert.equal(Math.abs(inSd) > 1e-6, isReleased, `${sampler}, ${weights}: ${inSd}`);
    const half = (interval[1] - interval[0]) / 2;
    assert.ok(Math.abs(observed - exact) < 2 * half, `${sampler}, ${weights}: ${observed} against ${exact}`);
  }
  assert.deepEqual(found.map(({ sampler, weights }) => `${sampler} ${weights}`).slice(3), [
    "sgReleased plain",
    "sgReleased horvitzThompson",
    "sagReleased plain",
    "sagReleased horvitzThompson",
  ]);
  assert.match(biasFinding(found), /as released shifts the mean loss by .* Unbiased: naive sampling, /);
});

test("where a released sampler never draws some pixels there are no weights that could make up for it", () => {
  const { population, losses } = field();
  const few = {
    population: { ...population, pixels: population.pixels.slice(0, 29) },
    losses: Array.from(losses).slice(0, 29),
  };
  const tried = biases(few, { n: 64, repeats: 10 });
  assert.deepEqual([...new Set(tried.map(({ weights }) => weights))], ["plain"]);
});
