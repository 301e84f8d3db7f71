import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Problem } from "../../lib/problem.js";
import { configHash, type PartialConfig, resolveConfig } from "../../lib/training/config.js";
import { canonical } from "../../lib/training/schema.js";

/** The message of the Problem that a config throws. */
function complaint(given: object): string {
  try {
    resolveConfig(given);
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error.message;
  }
  return assert.fail(`${JSON.stringify(given)} was taken`);
}

test("nothing given is the smallest real job: supervised on one labelled hippocampus", () => {
  const { benchmark, labeled, method, preset, protocol, seed, steps, batch } = resolveConfig();
  assert.deepEqual(
    { benchmark, labeled, method, preset, protocol, seed },
    { benchmark: "hippocampus", labeled: 1, method: "supervised", preset: "mini", protocol: "lab", seed: 0 },
  );
  assert.deepEqual({ steps, batch }, { steps: 200, batch: { labeled: 8, unlabeled: 0 } });
});

test("defaults follow from benchmark, method, preset and protocol", () => {
  const { batch, steps } = resolveConfig({ method: "meanTeacher", preset: "full" });
  assert.deepEqual({ batch, steps }, { batch: { labeled: 12, unlabeled: 12 }, steps: 30_000 }); // SSL4MIS
  assert.deepEqual(resolveConfig({ method: "supervised", preset: "full", protocol: "released" }).batch, {
    labeled: 24,
    unlabeled: 0,
  });
  assert.equal(resolveConfig({ protocol: "paper" }).optimizer.schedule, "step");
  assert.equal(resolveConfig({ protocol: "released" }).augmentation.randomCrop, "released");
  assert.equal(resolveConfig({ preset: "smoke" }).steps, 10);
});

test("what is given stands, down to a single nested field", () => {
  const config = resolveConfig({
    optimizer: { rate: 0.05 },
    batch: { labeled: 3 },
    options: { scale: 1 },
    augmentation: { flip: false },
    steps: 7,
  });
  const { optimizer, batch, augmentation } = resolveConfig();
  assert.deepEqual(config.optimizer, { ...optimizer, rate: 0.05 });
  assert.deepEqual(config.batch, { ...batch, labeled: 3 });
  assert.deepEqual(config.augmentation, { ...augmentation, flip: false });
  assert.equal(config.options.scale, 1);
  assert.deepEqual(resolveConfig(config), config);
});

test("an unknown key is an error that names the nearest one, at every depth", () => {
  for (const [given, message] of [
    [{ stpes: 3 }, 'config: unknown key "stpes"; did you mean "steps"?'],
    [{ optimizer: { learningrate: 1 } }, 'unknown key "optimizer.learningrate"; known: kind, rate'],
    [{ optimizer: { rates: 1 } }, 'unknown key "optimizer.rates"; did you mean "optimizer.rate"?'],
    [{ batch: { labelled: 1 } }, 'did you mean "batch.labeled"?'],
    [{ options: { scal: 1 } }, 'unknown key "options.scal"; did you mean "options.scale"?'],
    [{ augmentation: { rotate: true } }, 'did you mean "augmentation.rotation"?'],
    [
      { method: "meanteacher" },
      'found "meanteacher", expected one of supervised, meanTeacher; did you mean "meanTeacher"?',
    ],
    [{ benchmark: "hipocampus" }, 'did you mean "hippocampus"?'],
  ] as const)
    assert.ok(complaint(given).includes(message), complaint(given));
});

test("a wrong value is an error with field, found and expected", () => {
  for (const [given, message] of [
    [{ steps: "300" }, 'config: steps: found "300", expected a number'],
    [{ steps: 0 }, "steps: found 0, expected a number from 1"],
    [{ seed: 1.5 }, "seed: found 1.5, expected a whole number"],
    [{ optimizer: { momentum: 1 } }, "optimizer.momentum: found 1, expected a number below 1"],
    [{ optimizer: 5 }, "optimizer: found 5, expected an object"],
    [{ preset: "tiny" }, 'preset: found "tiny", expected one of smoke, mini, full'],
    [{ labeled: 2 }, "labeled: found 2, expected one of 1, 3, 6, 60 for hippocampus"],
    [{ options: { scale: "half" } }, 'options.scale: found "half", expected a number such as 0.5'],
    [{ options: { scale: null } }, "options.scale: found null, expected a number"],
  ] as const)
    assert.ok(complaint(given).includes(message), complaint(given));
});

test("the hash depends on every value and on nothing else", () => {
  const config = resolveConfig();
  const shuffled = Object.fromEntries(Object.entries(config).reverse());
  assert.equal(configHash(resolveConfig(shuffled)), configHash(config));
  const others: PartialConfig[] = [
    { seed: 1 },
    { steps: 299 },
    { optimizer: { nesterov: true } },
    { options: { scale: 1 } },
    { validateEvery: 7 },
    { checkpoint: "last" },
  ];
  const hashes = new Set([config, ...others.map((other) => resolveConfig(other))].map(configHash));
  assert.equal(hashes.size, 1 + others.length);
});

test("canonical JSON reads back as the value it was made of, whatever the order of keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const again: unknown = JSON.parse(canonical(value));
      assert.deepEqual(again, JSON.parse(JSON.stringify(value)));
      assert.equal(canonical(again), canonical(value));
    }),
  );
});
