import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../lib/engine/random.js";
import { gridGroups } from "../../../lib/samplers/groups.js";
import { samplers } from "../../../lib/samplers/index.js";
import { variances } from "../../../lib/samplers/variance.js";
import { aboutMean, observe } from "../../../lib/studies/sampling/observe.js";
import { field } from "./samples.js";

const { population, losses } = field();
const groups = gridGroups(population);

test("a quantity that is the same everywhere has neither bias nor variance in any draw", () => {
  const same = { population, groups, quantity: losses.length ? new Float32Array(losses.length).fill(5.3) : [] };
  for (const sampler of Object.values(samplers)) {
    const { bias, variance } = observe(sampler, same, 40, stream(0, "same"), { repeats: 50 });
    assert.deepEqual([bias, variance], [0, 0]);
  }
});

test("a constant added to a quantity changes nothing that is observed", () => {
  const estimate = (quantity: ArrayLike<number>) =>
    observe(samplers.sg, { population, groups, quantity }, 40, stream(0, "shift"), { repeats: 100 });
  const values = Float64Array.from(losses);
  const [plain, shifted] = [estimate(values), estimate(values.map((value) => value + 1000))];
  assert.ok(Math.abs(plain.variance - shifted.variance) < 1e-9 * plain.variance);
});

test("the intervals of the unbiased samplers hold the theorem's variance and no bias as often as they promise", () => {
  const theory = variances(losses, groups, 64);
  let [held, fair, all] = [0, 0, 0];
  for (const name of ["ns", "sg", "sag"] as const)
    for (let turn = 0; turn < 60; turn++, all++) {
      const estimated = { population, groups, quantity: losses };
      const seen = observe(samplers[name], estimated, 64, stream(turn, "law", name), { repeats: 300 });
      held += Number(seen.interval[0] <= theory[name] && theory[name] <= seen.interval[1]);
      fair += Number(seen.biasInterval[0] <= 0 && 0 <= seen.biasInterval[1]);
    }
  // 180 intervals of 95 %: fewer than 160 hold with probability below 1e-3
  assert.ok(held >= 160 && fair >= 160, `${held} and ${fair} of ${all}`);
});

test("about its mean a quantity sums to nothing", () => {
  const sum = aboutMean(losses).reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum) < 1e-9);
});
