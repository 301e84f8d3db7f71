import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rng } from "../../lib/engine/random.js";
import { groupsOf } from "../../lib/samplers/groups.js";
import { antitheticReleased, stratifiedReleased } from "../../lib/samplers/released.js";
import { blocksInclusion } from "../../lib/samplers/releasedBlocks.js";
import { releasedGrid } from "../../lib/samplers/releasedGrid.js";
import { fixtures } from "../fixtures.js";
import { row } from "./samples.js";

/** One call of a generator by the released code, and what it gave. */
type Call = { permutation: number[] } | { high: number; integers: number[] };

/** The samplers of the released code; see fixtures/README.md. */
interface Released {
  structure?: {
    high: number;
    cut_count: number;
    edge: number;
    cells: number[][];
    centers: number[];
    per_patch_sample_256: number;
  }[];
  empirical_marginals?: { func: string; high: number; shape: number; trials: number; empirical_prob: number[] }[];
  draws?: { func: string; high: number; shape: number; calls: Call[]; indices: number[] }[];
}

const samplers = { smc: stratifiedReleased, asmc: antitheticReleased };
const one = (size: number) => groupsOf(new Int32Array(size));

for (const { name, data } of fixtures<Released>("sampler")) {
  if (data.structure)
    test(`${name}: edge, cells, centres and quota of the released grid`, () => {
      for (const { high, edge, cells, centers, per_patch_sample_256 } of data.structure ?? []) {
        const grid = releasedGrid(high, 256);
        if (cells.some((cell) => cell.length < 2)) assert.equal(grid, undefined);
        else {
          assert.deepEqual([grid?.edge, grid?.quota], [edge, per_patch_sample_256]);
          assert.deepEqual(
            grid?.cells.map((cell) => [...cell]),
            cells,
          );
          assert.deepEqual(
            grid?.cells.map((cell) => cell[0] + cell[cell.length - 1]),
            centers,
          );
        }
      }
    });

  for (const { func, high, shape, trials, empirical_prob } of data.empirical_marginals ?? [])
    test(`${name}: ${func} draws ${shape} of ${high} positions as often as expected`, () => {
      const expected =
        func === "as_fallback"
          ? blocksInclusion(high, shape, { antithetic: true })
          : samplerOf(func).inclusion(row(high), one(high), shape);
      let chiSquare = 0;
      for (const [i, probability] of empirical_prob.entries()) {
        if (expected[i] === 0) assert.equal(probability, 0, `position ${i}`);
        else chiSquare += (trials * (probability * shape - expected[i]) ** 2) / expected[i];
      }
      const freedom = expected.filter((times) => times > 0).length - 1;
      // partners come together: half as many degrees of freedom, each counted twice
      const limit = freedom + 3.5 * Math.sqrt((func === "smc" ? 2 : 4) * freedom);
      assert.ok(chiSquare < limit, `χ² of ${freedom} degrees of freedom is ${chiSquare}`);
    });

  for (const { func, high, shape, calls, indices } of data.draws ?? [])
    test(`${name}: ${func} draws the same ${shape} of ${high} positions from the same random numbers`, () => {
      const { rng, left } = replay(calls);
      const { index } = samplerOf(func).draw(row(high), one(high), shape, rng);
      assert.deepEqual([...index], indices);
      assert.equal(left(), 0);
    });
}

function samplerOf(func: string) {
  if (func === "smc" || func === "asmc") return samplers[func];
  throw new Error(`no sampler ${func}`);
}

/** Recorded random numbers, given out again to whoever asks for the same kind in the same order. */
function replay(calls: readonly Call[]): { rng: Rng; left: () => number } {
  const numbers = calls.flatMap((call): ({ permutation: number[] } | { high: number; integer: number })[] =>
    "permutation" in call ? [call] : call.integers.map((integer) => ({ high: call.high, integer })),
  );
  let at = 0;
  const integer = (low: number, high: number) => {
    const next = numbers[at++];
    if (!("integer" in next) || next.high !== high - low)
      assert.fail(`asked for an integer below ${high - low}, recorded: ${JSON.stringify(next)}`);
    return low + next.integer;
  };
  const unheard = () => assert.fail("asked for numbers that the released code does not draw");
  const rng = {
    integer,
    integers(high: number, into: Int32Array) {
      for (let i = 0; i < into.length; i++) into[i] = integer(0, high);
    },
    permutation(n: number) {
      const next = numbers[at++];
      if (!("permutation" in next) || next.permutation.length !== n)
        assert.fail(`asked for a permutation of ${n}, recorded: ${JSON.stringify(next)}`);
      return Int32Array.from(next.permutation);
    },
    uniform: unheard,
    normal: unheard,
    shuffle: unheard,
  };
  return { rng, left: () => numbers.length - at };
}
