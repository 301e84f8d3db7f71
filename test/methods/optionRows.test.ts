import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { methods } from "../../lib/methods/index.js";
import { optionRows } from "../../lib/methods/optionRows.js";
import { defaultsOf } from "../../lib/methods/options.js";

test("every option of every method says what it means and what it may be", () => {
  for (const method of Object.values(methods))
    for (const { path, allowed, meaning, usual } of optionRows(method)) {
      assert.ok(meaning.length > 3, `${method.name}: ${path} has no description`);
      assert.ok(allowed.length > 3, `${method.name}: ${path} says not what it may be`);
      assert.notEqual(usual, "undefined", `${method.name}: ${path} has no default`);
    }
});

test("the defaults of every protocol are within their own ranges", () => {
  for (const method of Object.values(methods))
    for (const protocol of ["lab", "paper", "released"] as const)
      for (const kind of ["slices", "volumes"] as const)
        for (const preset of ["mini", "full"] as const) {
          const usual = defaultsOf(method, protocol, kind, preset);
          assert.deepEqual(method.options.parse(usual), usual);
        }
});

test("ranges, words and symbols are read from the schema, through what wraps it", () => {
  const options = z.strictObject({
    weight: z.number().min(0).max(1).default(0.5).describe("of something").meta({ symbol: "λ" }),
    count: z.int().min(1).default(3).describe("of things"),
    inner: z.strictObject({ word: z.enum(["a", "b"]).default("b").describe("which") }).prefault({}),
  });
  assert.deepEqual(optionRows({ options }), [
    { path: "weight", usual: "0.5", allowed: "from 0 to 1", meaning: "of something", symbol: "λ" },
    { path: "count", usual: "3", allowed: "whole, from 1", meaning: "of things" },
    { path: "inner.word", usual: "b", allowed: "a | b", meaning: "which" },
  ]);
});
