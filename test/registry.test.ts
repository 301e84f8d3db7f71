import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../lib/engine/random.js";
import { registry } from "../lib/registry.js";
import { registerSampler, samplers } from "../lib/samplers/index.js";
import { addedIn } from "../lib/training/config/added.js";
import { resolveConfig } from "../lib/training/config/config.js";

test("an addition is found at once and makes room for one of its name; the lab's own names are taken", () => {
  const { all, register, added } = registry("thing", { own: { name: "own", value: 1 } });
  register({ name: "mine", value: 2 });
  register({ name: "mine", value: 3 });
  assert.equal(all.mine.value, 3);
  assert.throws(() => register({ name: "own", value: 4 }), { name: "Problem", message: /one of the lab's own/ });
  assert.throws(() => register({ name: "no name", value: 4 }), { name: "Problem", message: /letters, digits/ });
  assert.equal(all.own.value, 1);
  assert.equal(added("own"), undefined);
});

test("the text of an addition changes with its code", () => {
  const { register, added } = registry<{ name: string; act: () => number }>("thing", {});
  register({ name: "mine", act: () => 1 });
  const first = added("mine");
  register({ name: "mine", act: () => 2 });
  assert.notEqual(added("mine"), first);
});

test("a registered sampler is an option of ARCO, drawn as it draws, and told apart from the lab's own", () => {
  const before = resolveConfig({ method: "arco" });
  registerSampler({
    name: "firstPixels",
    draw: (_, __, n) => ({
      index: new Int32Array(n),
      weight: new Float32Array(n).fill(1 / n),
      group: new Int32Array(n),
    }),
  });
  const config = resolveConfig({ method: "arco", options: { sampler: "firstPixels" } });
  assert.equal(config.options.sampler, "firstPixels");
  assert.deepEqual([Object.keys(addedIn(before)), Object.keys(addedIn(config))], [[], ["firstPixels"]]);
  const population = { pixels: Int32Array.from([4, 5, 6]), shape: [3, 3] };
  const groups = {
    label: new Int32Array(3),
    count: 1,
    starts: Int32Array.from([0, 3]),
    order: Int32Array.from([0, 1, 2]),
  };
  assert.deepEqual([...samplers.firstPixels.draw(population, groups as never, 2, stream(0, "x")).index], [0, 0]);
  assert.throws(() => samplers.firstPixels.inclusion(population, groups as never, 2), /says nothing of how often/);
  assert.throws(
    () => resolveConfig({ method: "arco", options: { sampler: "fistPixels" } }),
    /did you mean "firstPixels"/,
  );
});
