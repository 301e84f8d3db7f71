import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Problem } from "../../lib/problem.js";
import { gridGroups, groupsOf } from "../../lib/samplers/groups.js";
import { samplers } from "../../lib/samplers/index.js";
import { moments } from "../../lib/samplers/outcomes.js";
import { reflections } from "../../lib/samplers/reflections.js";
import type { SamplerOptions } from "../../lib/samplers/sampler.js";
import { variances } from "../../lib/samplers/variance.js";
import { countable, full, labelled, large, numbers, row, type Sample, small, twoPairs } from "./samples.js";

/** Asserts equality up to the rounding of numbers that were as large as `scale` on the way. */
function same(found: number, expected: number, scale = 1, what = ""): void {
  assert.ok(Math.abs(found - expected) <= 1e-12 * Math.max(1, scale), `${what} found ${found}, expected ${expected}`);
}

/** Checks the closed forms against the variance over every outcome of a draw. */
function checkCounted({ population, groups, h }: Sample, n: number, { replacement, pairing }: SamplerOptions): void {
  const reflected = pairing === "geometric" ? reflections(population, groups) : undefined;
  const found = variances(h, groups, n, { replacement, reflected });
  const mean = h.reduce((sum, value) => sum + value, 0) / h.length;
  const scale = Math.max(...h.map((value) => value ** 2));
  for (const name of ["ns", "sg", "sag"] as const) {
    const counted = moments(
      (rng) => samplers[name].draw(population, groups, n, rng, { replacement, pairing }).index,
      (index) => index.reduce((sum, position) => sum + h[position] / n, 0),
    );
    same(counted.mean, mean, scale, `${name}: mean`);
    same(found[name], counted.variance, scale, `${name}: variance`);
  }
}

for (const replacement of [true, false])
  for (const pairing of ["rank", "geometric"] as const)
    test(`the variances of NS, SG and SAG (${replacement ? "with" : "without"} replacement, pairs: ${pairing}) are those over every outcome of their draws`, () => {
      const samples = pairing === "geometric" ? small : fc.oneof(labelled, small);
      const isFit = ([sample, n]: [Sample, number]) => countable(sample, n, { replacement, pairing });
      fc.assert(
        fc.property(fc.tuple(samples, fc.integer({ min: 1, max: 6 })).filter(isFit), ([sample, n]) =>
          checkCounted(sample, n, { replacement, pairing }),
        ),
      );
    });

test("12 pixels in groups of 1, 2, 4 and 5: the variances are those over every outcome", () => {
  const sample = {
    population: row(12),
    groups: groupsOf([3, 1, 2, 3, 0, 2, 3, 1, 2, 3, 2, 3]),
    h: numbers(12, "twelve"),
  };
  for (const n of [1, 2, 3, 4]) for (const replacement of [true, false]) checkCounted(sample, n, { replacement });
});

for (const pairing of ["rank", "geometric"] as const)
  test(`voxels in cells of two (pairs: ${pairing}): the variances are those over every outcome, the partner's too`, () => {
    const h = numbers(4, "voxels");
    for (const n of [2, 3, 4]) checkCounted({ ...twoPairs, h }, n, { pairing });
    const { sg, sag } = variances(h, twoPairs.groups, 4);
    assert.ok(sg > 0.01);
    same(sag, 0); // both voxels of each cell are drawn
  });

/** Groups whose shares of n draws are whole, with a quantity on them. */
const whole = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.string(),
  )
  .map(([ratio, pixels, draws, name]) => {
    const label = ratio.flatMap((times, m) => Array(times * pixels).fill(m));
    const n = draws * ratio.reduce((sum, times) => sum + times, 0);
    return { groups: groupsOf(label), n, h: numbers(label.length, name) };
  });

test("Theorem 3.2, with weights: where shares are whole, SG has the variance of NS less Σ w_m (μ_m − μ)²/n", () => {
  fc.assert(
    fc.property(whole, ({ groups, n, h }) => {
      const { ns, sg, between, rounding } = variances(h, groups, n);
      const [N, mean] = [h.length, h.reduce((sum, value) => sum + value, 0) / h.length];
      const means = meansOf(h, groups);
      const gain = means.reduce(
        (sum, own, m) => sum + ((groups.starts[m + 1] - groups.starts[m]) / N) * (own - mean) ** 2,
        0,
      );
      assert.equal(rounding, 0);
      same(sg, ns - gain / n);
      if (N > 1) same(between * ns * n, gain);
      assert.ok(sg <= ns + 1e-15);
    }),
  );
});

test("SG is no better than NS only where all groups have the same mean", () => {
  fc.assert(
    fc.property(whole, ({ groups, n, h }) => {
      const means = meansOf(h, groups);
      const level = h.map((value, i) => value - means[groups.label[i]]);
      const equal = variances(level, groups, n);
      same(equal.sg, equal.ns);
      if (groups.count === 1) return;
      const shifted = variances(
        level.map((value, i) => value + Number(groups.label[i] === 0)),
        groups,
        n,
      );
      assert.ok(shifted.sg < shifted.ns - 1e-6);
    }),
  );
});

function meansOf(h: readonly number[], { count, label }: Sample["groups"]): number[] {
  return Array.from({ length: count }, (_, m) => {
    const own = h.filter((_, i) => label[i] === m);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
}

test("SAG has at most twice the variance of SG", () => {
  fc.assert(
    fc.property(large, fc.integer({ min: 1, max: 300 }), ({ population, groups, h }, n) => {
      for (const reflected of [undefined, reflections(population, groups)]) {
        const { sg, sag } = variances(h, groups, n, { reflected });
        assert.ok(sag <= 2 * sg + 1e-12);
      }
    }),
  );
});

/** For every pixel of some full images, where it lies about the centre of its cell, along each axis. */
function aboutCentres({ pixels, shape }: Sample["population"], cells: number): number[][] {
  return Array.from(pixels, (pixel) => {
    let left = pixel;
    const reversed = [...shape].reverse().map((side) => {
      const [at, edge] = [left % side, side / cells];
      left = Math.floor(left / side);
      return (at % edge) - (edge - 1) / 2;
    });
    return reversed.reverse();
  });
}

for (const [what, population] of [
  ["images", full([8, 12], 2)],
  ["volumes", full([4, 6, 4], 2)],
] as const)
  test(`of a quantity that is even about the centres of full cells of ${what} SAG has twice the variance of SG, of an odd one none`, () => {
    const groups = gridGroups(population, { cells: 2, scope: "image" });
    assert.equal(groups.count, 2 * 2 ** population.shape.length);
    const n = 4 * groups.count;
    const level = numbers(groups.count, "levels");
    const h = (of: (place: readonly number[]) => number) =>
      aboutCentres(population, 2).map((place, i) => of(place) + level[groups.label[i]]);
    const products = (place: readonly number[]) => place.reduce((sum, x, axis) => sum + x * (place[axis - 1] ?? x), 0);
    const cubes = (place: readonly number[]) => place.reduce((sum, x, axis) => sum + x ** (axis === 1 ? 3 : 1), 0);
    for (const reflected of [undefined, reflections(population, groups)]) {
      const even = variances(h(products), groups, n, { reflected });
      same(even.sag, 2 * even.sg);
      assert.ok(even.sg > 0.001);
      for (const rho of even.rho) same(rho, 1);
      const odd = variances(h(cubes), groups, n, { reflected });
      same(odd.sag, 0);
      assert.ok(odd.sg > 0.01);
      for (const rho of odd.rho) same(rho, -1);
    }
  });

test("the Neyman bound is below what any sampler here reaches, and is reached by SG where all groups spread alike", () => {
  fc.assert(
    fc.property(large, fc.integer({ min: 1, max: 300 }), ({ groups, h }, n) => {
      const { ns, sg, neyman } = variances(h, groups, n);
      assert.ok(neyman <= sg + 1e-12 && neyman <= ns + 1e-12);
    }),
  );
  const alike = variances([0, 2, 5, 7, 5, 7], groupsOf([0, 0, 1, 1, 1, 1]), 6);
  same(alike.sg, alike.neyman);
  same(alike.sg, 1 / 6);
});

test("of several columns the variances add up, and a constant changes none", () => {
  const groups = groupsOf(Array.from({ length: 50 }, (_, i) => i % 7));
  const columns = [numbers(50, "a"), numbers(50, "b"), Array(50).fill(0.1)];
  const [a, b, constant] = columns.map((column) => variances(column, groups, 12));
  const all = variances(columns, groups, 12);
  for (const key of ["ns", "sg", "sag", "rounding"] as const) {
    same(all[key], a[key] + b[key]);
    assert.equal(constant[key], 0);
  }
  assert.ok(Number.isNaN(constant.between) && constant.rho.every(Number.isNaN));
  for (const [m, sd] of all.sd.entries()) same(sd ** 2, a.sd[m] ** 2 + b.sd[m] ** 2);
  same(
    variances(
      columns[0].map((value) => value + 1000),
      groups,
      12,
    ).sag,
    a.sag,
    1000,
  );
});

test("variances refuse what samplers cannot draw, and values of other pixels", () => {
  const groups = groupsOf([0, 0, 1]);
  assert.throws(() => variances([1, 2, 3], groups, 0), Problem);
  assert.throws(() => variances([1, 2, 3], groups, 1.5), Problem);
  assert.throws(() => variances([1, 2, 3], groups, 4, { replacement: false }), Problem);
  assert.throws(() => variances([1, 2], groups, 2), Problem);
  assert.throws(() => variances([[1, 2, 3], [1]], groups, 2), Problem);
});
