import assert from "node:assert/strict";
import { test } from "node:test";
import { benchmarkNamed, benchmarks } from "../../lib/benchmarks/index.js";
import { Problem } from "../../lib/problem.js";

test("every benchmark is found by its name, and its facts hang together", () => {
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    assert.equal(benchmarkNamed(name), benchmark);
    assert.equal(benchmark.name, name);
    assert.deepEqual(
      [...benchmark.labeledChoices].sort((a, b) => a - b),
      benchmark.labeledChoices,
    );
    assert.ok(
      benchmark.imageSize.every((size) => size % 16 === 0),
      "the U-Net halves an image four times",
    );
    assert.equal(benchmark.imageSize.length, benchmark.kind === "volumes" ? 3 : 2);
    assert.equal(new Set(benchmark.classes.map(({ color }) => color.join())).size, benchmark.classes.length);
    assert.deepEqual(Object.keys(benchmark.optionsOf("paper")), Object.keys(benchmark.optionsOf("lab")));
    assert.ok(benchmark.state("/nowhere").message.includes("/nowhere"));
  }
});

test("a mistyped name is an error with the nearest one", () => {
  assert.throws(
    () => benchmarkNamed("hipocampus"),
    (error) => error instanceof Problem && /"hipocampus".*did you mean "hippocampus"/.test(error.message),
  );
  assert.throws(() => benchmarkNamed("toString"), Problem);
});
