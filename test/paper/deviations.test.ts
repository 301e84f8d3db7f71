import assert from "node:assert/strict";
import { test } from "node:test";
import { benchmarks } from "../../lib/benchmarks/index.js";
import { setting } from "../../lib/cli/output.js";
import { deviations } from "../../lib/paper/deviations.js";
import { augmentationsOf } from "../../lib/training/batches/augmentation.js";
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

test("the lengths that are named are those that a full training has on slices and on volumes", () => {
  const [first, second] = ["phase1.length", "phase2.length"].map(
    (name) => deviations.find(({ option }) => option === name) ?? assert.fail(name),
  );
  const stepsOf = (protocol: "lab" | "paper" | "released", benchmark: string) => {
    const { pretraining, steps } = resolveConfig({ method: "arco", preset: "full", protocol, benchmark });
    return [pretraining?.steps ?? 0, steps].map((count) => count.toLocaleString("en-US"));
  };
  for (const protocol of ["lab", "paper", "released"] as const) {
    const [before, after] = stepsOf(protocol, "acdc");
    assert.ok(first[protocol]?.includes(`${before} steps`), `${protocol}: ${before}`);
    assert.ok(second[protocol]?.includes(`${after} steps`), `${protocol}: ${after}`);
    const volumes = stepsOf(protocol, "la");
    for (const [at, one] of [first, second].entries())
      assert.ok(
        one[protocol]?.includes(protocol === "paper" ? "on volumes" : volumes[at]),
        `${protocol}: ${volumes[at]}`,
      );
  }
  assert.deepEqual(stepsOf("paper", "la"), stepsOf("released", "la")); // as is said there
});

test("what was measured says on what", () => {
  const measured = deviations.filter((one) => one.measured !== undefined);
  assert.deepEqual(
    measured.map(({ number }) => number),
    [14, 15, 23, 46],
  );
  for (const { measured: said = "" } of measured) assert.match(said, /hippocampus.*preset|a test holds this/);
});

test("every field that is said to decide a deviation can be set alone to what each protocol has there", () => {
  for (const { number, fields } of deviations)
    for (const field of fields) {
      const tried = choices.filter(actingOn(field)).flatMap((choice) =>
        (["lab", "paper", "released"] as const).flatMap((protocol) => {
          const value = fieldOf(resolveConfig({ ...choice, protocol }), field);
          if (value === undefined) return []; // no field on this benchmark
          const set = setting(`${field}=${typeof value === "string" ? value : JSON.stringify(value)}`);
          return [{ value, found: fieldOf(resolveConfig({ ...choice, ...set }), field) }];
        }),
      );
      assert.ok(tried.length > 0, `deviation ${number}: ${field} is no field of a config`);
      for (const { value, found } of tried) assert.deepEqual(found, value, `deviation ${number}: ${field}`);
    }
});

/** Where deviations are decided: ARCO on a benchmark of each kind, and one in 3D. */
const choices = [
  ...["acdc", "mmwhs", "lits"].map((benchmark) => ({ benchmark, method: "arco" })),
  { benchmark: "la", method: "supervised" },
];

/** Tells on which of them a field of the augmentation acts; others act on all. */
const actingOn =
  (field: string) =>
  ({ benchmark }: (typeof choices)[number]): boolean =>
    !field.startsWith("augmentation.") ||
    augmentationsOf[benchmarks[benchmark].kind].some((option) => field === `augmentation.${option}`);

const fieldOf = (config: unknown, field: string) =>
  field.split(".").reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), config);
