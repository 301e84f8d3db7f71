import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { Problem } from "../../lib/problem.js";
import { groupsOf } from "../../lib/samplers/groups.js";
import { outcomes } from "../../lib/samplers/outcomes.js";
import { antitheticReleased, stratifiedReleased } from "../../lib/samplers/released.js";
import { blocksInclusion, drawBlocks } from "../../lib/samplers/releasedBlocks.js";
import { drawReleasedGrid, releasedGrid, releasedGridInclusion } from "../../lib/samplers/releasedGrid.js";
import { assertClose } from "../engine/numbers.js";
import { numbers, row } from "./samples.js";

const released = [stratifiedReleased, antitheticReleased];
const one = (size: number) => groupsOf(new Int32Array(size));
const inclusion = (sampler: (typeof released)[0], size: number, n: number) =>
  sampler.inclusion(row(size), one(size), n);

/** Expected counts over every outcome of a draw. */
function counted(size: number, draw: Parameters<typeof outcomes<Int32Array>>[0]): Float64Array {
  const expected = new Float64Array(size);
  for (const { probability, value } of outcomes(draw)) for (const position of value) expected[position] += probability;
  return expected;
}

test("the inclusion of the released grid is that over every outcome, where draws are dropped, cut off and filled up", () => {
  const cells = [Int32Array.of(0, 1, 2), Int32Array.of(3, 4, 5)];
  for (const [size, n, quota, antithetic] of [
    [5, 1, 1, false], // cut off
    [4, 2, 1, false], // filled up
    [4, 3, 2, true], // either
    [5, 3, 2, true],
    [6, 3, 2, true],
    [5, 2, 1, true], // no pair fits: all from the whole list
  ] as const) {
    const grid = { edge: 0, quota, cells };
    const found = releasedGridInclusion(grid, size, n, { antithetic });
    assertClose(
      found,
      counted(size, (rng) => drawReleasedGrid(grid, size, n, rng, { antithetic })),
      1e-12,
      `${size}, ${n}`,
    );
  }
});

test("the inclusion of the released blocks is that over every outcome", () => {
  for (const antithetic of [false, true])
    for (const [size, n] of [
      [3, 2], // fewer positions than a block
      [9, 2], // more blocks than draws can be shared among, one each
      [5, 3],
      [8, 4],
      [9, 1],
    ]) {
      const options = { antithetic, block: 4 };
      const found = blocksInclusion(size, n, options);
      assertClose(
        found,
        counted(size, (rng) => drawBlocks(size, n, rng, options)),
        1e-12,
        `${size}, ${n}`,
      );
    }
});

test("the released samplers draw n positions on average and in fact, for any size", () => {
  for (const sampler of released)
    for (const size of [1, 15, 16, 29, 56, 57, 63, 64, 100, 255, 300, 1000])
      for (const n of [1, 15, 63, 64, 257]) {
        const expected = inclusion(sampler, size, n).reduce((sum, times) => sum + times, 0);
        assert.ok(Math.abs(expected - n) < 1e-9 * n, `${sampler.name}, ${size}, ${n}: ${expected}`);
        const { index } = sampler.draw(row(size), one(size), n, stream(0, size, n));
        assert.ok(index.length === n && index.every((position) => position >= 0 && position < size));
      }
});

test("what is wrong with the released samplers, in numbers", () => {
  for (const sampler of released) {
    // 5,233 = 72² + 49: the tail comes from the 16 draws that fill up only, 16 of 256
    const tail = inclusion(sampler, 5233, 256)[5232] / (256 / 5233);
    assert.ok(Math.abs(tail - (sampler === stratifiedReleased ? 0.0625 : 0.125)) < 1e-9, `${sampler.name}: ${tail}`);
    // 29 positions: one block of 16, the others never
    assert.ok(inclusion(sampler, 29, 64).every((times, i) => times === (i < 16 ? 4 : 0)));
    // fair where the list is a square that 4 divides, and 16 divides n
    assert.ok(inclusion(sampler, 65_536, 256).every((times) => Math.abs(times - 256 / 65_536) < 1e-15));
    // cells of 2 × 2 and of 2 × 4, …: equal quotas for unequal cells
    const unequal = inclusion(sampler, 100, 1600);
    assert.ok(Math.abs(unequal[0] / unequal[99] - 4) < 1e-12);
  }
});

test("the released grid ends where its cells have a single position", () => {
  assert.equal(releasedGrid(56, 100), undefined);
  assert.equal(releasedGrid(57, 100)?.edge, 8);
});

test("Horvitz–Thompson weights make the released samplers unbiased, unless some positions are never drawn", () => {
  const options = { weights: "horvitzThompson" } as const;
  const [size, n, runs] = [110, 40, 4000];
  const h = numbers(size, "h").map((value, i) => value + (i > 100 ? 5 : 0)); // much where little is drawn
  const mean = h.reduce((sum, value) => sum + value, 0) / size;
  for (const { name, draw } of released) {
    const estimates = (given: Parameters<typeof draw>[4]) => {
      const rng = stream(0, name);
      const all = Array.from({ length: runs }, () => {
        const { index, weight } = draw(row(size), one(size), n, rng, given);
        return index.reduce((sum, position, i) => sum + weight[i] * h[position], 0);
      });
      const found = all.reduce((sum, value) => sum + value, 0) / runs;
      return { bias: found - mean, error: Math.sqrt(all.reduce((sum, value) => sum + (value - found) ** 2, 0)) / runs };
    };
    const [plain, weighted] = [estimates({}), estimates(options)];
    assert.ok(Math.abs(plain.bias) > 10 * plain.error, `${name}: ${plain.bias} ± ${plain.error}`);
    assert.ok(Math.abs(weighted.bias) < 3.5 * weighted.error, `${name}: ${weighted.bias} ± ${weighted.error}`);
    const lost = (error: unknown) => error instanceof Problem && /13 of 29 positions/.test(error.message);
    assert.throws(() => draw(row(29), one(29), 64, stream(0, "lost"), options), lost);
  }
});
