import assert from "node:assert/strict";
import { test } from "node:test";
import { deviations } from "../../lib/paper/deviations.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { isRecord } from "../../lib/training/config/schema.js";

test("the deviations are numbered from 1 to 46, one option each", () => {
  assert.deepEqual(
    deviations.map(({ number }) => number),
    Array.from({ length: 46 }, (_, at) => at + 1),
  );
  assert.equal(new Set(deviations.map(({ option }) => option)).size, 46);
});

test("each says what the three protocols do; where paper or code are silent the other one speaks, and the lab always does, with a reason", () => {
  for (const { number, paper, released, lab, why } of deviations) {
    for (const said of [paper, released, lab, why]) assert.ok(said === null || said.length > 0, `deviation ${number}`);
    assert.ok(paper !== null || released !== null, `deviation ${number}`);
    assert.notEqual(paper, released, `deviation ${number}`);
  }
});

test("what was measured says on what", () => {
  const measured = deviations.filter((one) => one.measured !== undefined);
  assert.deepEqual(
    measured.map(({ number }) => number),
    [14, 15, 23, 46],
  );
  for (const { measured: said = "" } of measured) assert.match(said, /hippocampus.*preset|a test holds this/);
});

test("every field that is said to decide a deviation is one of a config of ARCO on one of the benchmarks", () => {
  const configs = ["acdc", "mmwhs", "lits"].map((benchmark) => resolveConfig({ benchmark, method: "arco" }));
  const volumes = resolveConfig({ benchmark: "la" });
  for (const { number, fields } of deviations)
    for (const field of fields) {
      const at = (config: unknown) =>
        field.split(".").reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), config);
      assert.ok(
        [...configs, volumes].some((config) => at(config) !== undefined),
        `deviation ${number}: ${field}`,
      );
    }
});
