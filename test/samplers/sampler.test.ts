import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stream } from "../../lib/engine/random.js";
import { Problem } from "../../lib/problem.js";
import { gridGroups, groupsOf } from "../../lib/samplers/groups.js";
import { samplers } from "../../lib/samplers/index.js";
import { outcomes } from "../../lib/samplers/outcomes.js";
import type { Draw, Sampler, SamplerOptions } from "../../lib/samplers/sampler.js";
import { countable, full, labelled, large, row, type Sample, small, twoPairs } from "./samples.js";

const { ns, sg, sag } = samplers;
const fair: [string, Sampler, SamplerOptions][] = [
  ["NS", ns, {}],
  ["NS without replacement", ns, { replacement: false }],
  ["SG", sg, {}],
  ["SG without replacement", sg, { replacement: false }],
  ["SAG", sag, {}],
  ["SAG without replacement", sag, { replacement: false }],
];
const geometric: typeof fair = [
  ["SAG by reflection", sag, { pairing: "geometric" }],
  ["SAG by reflection without replacement", sag, { pairing: "geometric", replacement: false }],
];

function checkUnbiased({ population, groups }: Sample, sampler: Sampler, n: number, options: SamplerOptions): void {
  const size = population.pixels.length;
  const expected = new Float64Array(size);
  const tooLow = new Float64Array(size); // Kahan's compensation, so that no number of outcomes outgrows the tolerance
  for (const { probability, value } of outcomes((rng) => sampler.draw(population, groups, n, rng, options)))
    for (const position of value.index) {
      const before = expected[position];
      const term = probability + tooLow[position];
      expected[position] = before + term;
      tooLow[position] = term - (expected[position] - before);
    }
  const inclusion = sampler.inclusion(population, groups, n, options);
  for (const [position, times] of expected.entries()) {
    assert.ok(Math.abs(times - n / size) < 1e-12, `position ${position}: ${times}, not ${n}/${size}`);
    assert.equal(inclusion[position], n / size);
  }
}

for (const [name, sampler, options] of [...fair, ...geometric])
  test(`every outcome of ${name} counted, each pixel is expected n/N times, in any groups`, () => {
    const samples = options.pairing ? small : fc.oneof(labelled, small);
    const isFit = ([sample, n]: [Sample, number]) => countable(sample, n, options);
    fc.assert(
      fc.property(fc.tuple(samples, fc.integer({ min: 1, max: 6 })).filter(isFit), ([sample, n]) =>
        checkUnbiased(sample, sampler, n, options),
      ),
    );
  });

test("12 pixels in groups of 1, 2, 4 and 5: each is expected n/12 times, with fewer draws than groups and with more", () => {
  const groups = groupsOf([3, 1, 2, 3, 0, 2, 3, 1, 2, 3, 2, 3]);
  const sample = { population: row(12), groups, h: [] };
  for (const [, sampler, options] of fair) for (const n of [1, 2, 3, 4]) checkUnbiased(sample, sampler, n, options);
});

test("voxels in cells of two: each is expected n/4 times, whether or not its partner is drawn with it", () => {
  for (const [, sampler, options] of [...fair, ...geometric])
    for (const n of [1, 2, 3, 4]) checkUnbiased({ ...twoPairs, h: [] }, sampler, n, options);
});

test("a draw has n positions, weights 1/n and the groups of its positions", () => {
  fc.assert(
    fc.property(large, fc.integer({ min: 1, max: 500 }), ({ population, groups }, n) => {
      for (const [, sampler, options] of [...fair, ...geometric]) {
        const count = options.replacement === false ? Math.min(n, population.pixels.length) : n;
        const rng = stream(n, "draw");
        const { index, weight, group } = sampler.draw(population, groups, count, rng, options);
        assert.deepEqual([index.length, weight.length, group.length], [count, count, count]);
        assert.ok(index.every((position) => position >= 0 && position < population.pixels.length));
        assert.ok(weight.every((own) => own === Math.fround(1 / count)));
        assert.ok(group.every((m, i) => m === groups.label[index[i]]));
      }
    }),
    { numRuns: 30 },
  );
});

test("SG and SAG give each group its share, rounded up or down", () => {
  fc.assert(
    fc.property(large, fc.integer({ min: 1, max: 500 }), ({ population, groups }, n) => {
      const { count, starts } = groups;
      for (const [name, sampler, options] of [...fair, ...geometric].filter(([name]) => !name.startsWith("NS"))) {
        const drawn = options.replacement === false ? Math.min(n, population.pixels.length) : n;
        const counts = new Int32Array(count);
        for (const m of sampler.draw(population, groups, drawn, stream(n, name), options).group) counts[m]++;
        for (const [m, found] of counts.entries())
          assert.ok(Math.abs(found - (drawn * (starts[m + 1] - starts[m])) / population.pixels.length) < 1, name);
      }
    }),
    { numRuns: 30 },
  );
});

test("without replacement no pixel is drawn twice, and n = N draws all", () => {
  fc.assert(
    fc.property(large, fc.integer({ min: 1, max: 400 }), ({ population, groups }, n) => {
      const size = population.pixels.length;
      for (const [, sampler, options] of [...fair, ...geometric].filter(
        ([, , { replacement }]) => replacement === false,
      ))
        for (const count of [Math.min(n, size), size])
          assert.equal(new Set(sampler.draw(population, groups, count, stream(n, "once"), options).index).size, count);
    }),
    { numRuns: 30 },
  );
});

test("with one group, SG draws every list of pixels as often as NS does", () => {
  const groups = groupsOf([0, 0, 0, 0]);
  for (const replacement of [true, false]) {
    const lists = (sampler: Sampler) => {
      const found = new Map<string, number>();
      for (const { probability, value } of outcomes((rng) => sampler.draw(row(4), groups, 3, rng, { replacement }))) {
        const list = value.index.join();
        found.set(list, (found.get(list) ?? 0) + probability);
      }
      return [...found].map(([list, probability]) => [list, probability.toFixed(12)]).sort();
    };
    assert.deepEqual(lists(sg), lists(ns));
  }
});

test("groups of a single pixel are drawn as often as they are allocated", () => {
  const groups = groupsOf([0, 1, 2, 3, 4]);
  for (const sampler of [sg, sag])
    for (const n of [2, 5, 10])
      for (const { value } of outcomes((rng) => [...sampler.draw(row(5), groups, n, rng).index])) {
        const times = [0, 1, 2, 3, 4].map((position) => value.filter((other) => other === position).length);
        assert.ok(times.every((count) => count === Math.floor(n / 5) || count === Math.ceil(n / 5)));
      }
});

test("draws come in random order: a part of a draw is no worse a sample of the groups than the whole", () => {
  const population = full([32, 32]);
  const groups = gridGroups(population);
  const runs = 400;
  for (const name of ["sg", "sag", "sgReleased", "sagReleased"] as const) {
    const counts = new Float64Array(16);
    for (let run = 0; run < runs; run++) {
      const { group } = samplers[name].draw(population, groups, 64, stream(run, name));
      for (const m of group.subarray(0, 16)) counts[m]++;
    }
    const chiSquare = counts.reduce((sum, found) => sum + (found - runs) ** 2 / runs, 0);
    assert.ok(chiSquare < 37.7, `${name}: χ² of 15 degrees of freedom is ${chiSquare}, 0.1 % exceed 37.7`);
  }
});

test("in many draws of the real stream every pixel is drawn as often as its sampler says", () => {
  const population = full([9, 7], 1); // 63 pixels: the released grid drops some draws and cuts others off
  const groups = gridGroups(population);
  const runs = 3000;
  for (const { name, draw, inclusion } of Object.values(samplers))
    for (const n of [5, 63]) {
      const counts = new Float64Array(63);
      const rng = stream(0, "smoke", name, n);
      for (let run = 0; run < runs; run++)
        for (const position of draw(population, groups, n, rng).index) counts[position]++;
      const expected = inclusion(population, groups, n);
      const chiSquare = counts.reduce(
        (sum, found, i) => sum + (found - runs * expected[i]) ** 2 / (runs * expected[i]),
        0,
      );
      // partners are drawn together: half as many degrees of freedom, each counted twice
      const limit = name.startsWith("sag") ? 62 + 3.5 * Math.sqrt(4 * 62) : 62 + 3.5 * Math.sqrt(2 * 62);
      assert.ok(chiSquare < limit, `${name}, n = ${n}: χ² of 62 degrees of freedom is ${chiSquare}`);
    }
});

test("the same stream draws the same pixels", () => {
  const population = full([16, 16]);
  const groups = gridGroups(population);
  const draws = (seed: number): Draw[] =>
    Object.values(samplers).map(({ name, draw }) => draw(population, groups, 50, stream(seed, name)));
  assert.deepEqual(draws(1), draws(1));
  assert.notDeepEqual(draws(1), draws(2));
});

test("what cannot be drawn is refused, with what was found and what to do", () => {
  const population = full([4, 4]);
  const groups = gridGroups(population);
  const empty = { pixels: new Int32Array(0), shape: [4, 4] };
  const rng = stream(0, "refused");
  for (const { draw, inclusion } of Object.values(samplers)) {
    const refused = (message: RegExp, ...[given, of, n, options]: [...Parameters<typeof inclusion>]) => {
      const problem = (error: unknown) => error instanceof Problem && message.test(error.message);
      assert.throws(() => draw(given, of, n, rng, options), problem);
      assert.throws(() => inclusion(given, of, n, options), problem);
    };
    for (const n of [0, -1, 2.5, Number.NaN])
      refused(/found n = .*expected a whole number of at least 1/, population, groups, n);
    refused(/no pixel in the population/, empty, gridGroups(empty), 4);
    refused(/groups of 16 pixels, expected those of a population of 4/, full([2, 2]), groups, 4);
    refused(/without replacement|n = 17 for 16 pixels/, population, groups, 17, { replacement: false });
  }
  const options: SamplerOptions = { pairing: "geometric" };
  assert.throws(() => sag.draw(population, groupsOf(groups.label), 4, rng, options), /without a grid.*pairing "rank"/);
});
