import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { before, test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { disposeParams, flatten } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import { methods } from "../../lib/methods/index.js";
import { isTested } from "../../lib/methods/method.js";
import { defaultsOf } from "../../lib/methods/options.js";
import { unet } from "../../lib/networks/unet.js";
import { type TrialOptions, trialOf } from "../../lib/training/contract.js";
import { narrow } from "../narrow.js";
import { fingerprint, run, trial, values } from "./trial.js";

const small = { network: narrow };

before(() => startEngine());

for (const [name, method] of Object.entries(methods)) {
  test(`${name} has the name it is found by, and says where it comes from`, () => {
    assert.equal(method.name, name);
    assert.match(method.cite, /(19|20)\d\d/);
    assert.ok(method.title);
    if (!method.pretrains) assert.match(method.tested?.(defaultsOf(method)) ?? "", /^the \w+/);
  });

  const begun = once(() => learned(name));

  test(`${name}: its terms are numbers, the loss first`, async () => {
    for (const row of await begun())
      assert.ok(Object.keys(row)[0] === "loss" && Object.values(row).every(Number.isFinite), JSON.stringify(row));
  });

  if (method.labeled)
    test(`${name} learns: within 25 steps the loss on labels falls to a third`, async () => {
      const rows = await begun();
      const [first, last] = [rows[0], rows[24]].map(({ loss, supervised = loss }) => supervised);
      assert.ok(last < first / 3, `${first} → ${last}`);
    });
  // the loss itself may rise: the keys of a queue, say, become harder to tell apart as it fills
  else
    test(`${name} learns: after 20 steps its loss is below that of a twin whose weights stand still`, async () => {
      const [learning, still] = [await begun(), await learned(name, 1e-12)].map((rows) =>
        rows.slice(20).reduce((sum, { loss }) => sum + loss / 5, 0),
      );
      assert.ok(learning < 0.95 * still, `${learning}, without learning ${still}`);
    });

  test(`${name}: its variables are all that a continued training needs`, async () => {
    const [whole, continued] = [trial(name, small), trial(name, small)];
    await run(whole, 3);
    for (const [path, variable] of Object.entries(continued.variables)) variable.assign(whole.variables[path]);
    assert.deepEqual(await run(continued, 3, {}, 3), await run(whole, 3, {}, 3));
    assert.equal(await fingerprint(continued), await fingerprint(whole));
    for (const trainer of [whole, continued]) trainer.dispose();
  });

  test(`${name}: another seed gives other weights`, async () => {
    const [first, second] = [trial(name, small), trial(name, { ...small, seed: 1 })];
    assert.notEqual(await fingerprint(first), await fingerprint(second));
    for (const trainer of [first, second]) trainer.dispose();
  });

  test(`${name}: ${isTested(method, defaultsOf(method)) ? "it predicts" : "it predicts nothing, for what it trains does not segment"}`, () => {
    const trainer = trialOf(method, small);
    assert.equal(trainer.predict !== undefined, isTested(method, defaultsOf(method)));
    trainer.dispose();
  });

  if (isTested(method, defaultsOf(method)))
    test(`${name}: a prediction depends on nothing but the model's weights and the image, and changes nothing`, async () => {
      const [trainer, other] = [trial(name, small), trial(name, small)];
      const { image } = trainer.batch(3);
      await run(trainer, 2);
      const before = await fingerprint(trainer);
      const predict = async () => Array.from(await trainer.predict(image).data());
      const first = await predict();
      assert.deepEqual(trainer.predict(image).shape, [...image.shape.slice(0, 3), 3]);
      assert.deepEqual(await predict(), first);
      assert.equal(await fingerprint(trainer), before);
      for (const [path, variable] of Object.entries(other.variables))
        if (path.startsWith("model/")) variable.assign(trainer.variables[path]);
      assert.deepEqual(Array.from(await other.predict(image).data()), first);
      for (const each of [trainer, other]) each.dispose();
    });

  test(`${name}: through a whole training the number of tensors stays the same, and disposing frees them`, async () => {
    await countsOver(1, name); // makes the constants that live as long as the process
    const before = tensorCount();
    const counts = await countsOver(12, name);
    assert.equal(counts.size, 1, [...counts].join(" "));
    assert.deepEqual(tensorCount(), before);
  });
}

test("with entries in arco's ledger now and then the number of tensors stays the same, too", async () => {
  const counts = await countsOver(60, "arco", { options: { ledger: { every: 10 } } });
  assert.equal(counts.size, 1, [...counts].join(" "));
});

/** The terms of the first quarter of a training of 100 steps. */
async function learned(name: string, rate?: number): Promise<Record<string, number>[]> {
  const trainer = trial(name, { steps: 100, optimizer: rate === undefined ? {} : { rate } });
  const rows = await run(trainer, 25);
  trainer.dispose();
  return rows;
}

/** Gives the same result whenever it is asked for, made the first time. */
function once<T>(make: () => T): () => T {
  let made: { result: T } | undefined;
  return () => {
    made ??= { result: make() };
    return made.result;
  };
}

/** The different numbers of tensors after each step of a training of some length. */
async function countsOver(steps: number, name: string, options: TrialOptions = {}): Promise<Set<string>> {
  const trainer = trial(name, { ...small, ...options, steps });
  const counts = new Set<string>();
  for (let step = 0; step < steps; step++) {
    await run(trainer, 1, {}, step);
    counts.add(JSON.stringify(tensorCount()));
  }
  trainer.dispose();
  return counts;
}

test("all methods begin with the same network for the same seed, those that train an encoder alone with its encoder", async () => {
  const whole = trial("supervised");
  const expected = await values(whole, "model/");
  const encoder = unet({ channels: 1, classes: 3 }).encoder.init(stream(0, "init"));
  const encoding = Object.keys(flatten(encoder, "model/"));
  for (const [name, method] of Object.entries(methods)) {
    const trainer = trial(name);
    const begun = await values(trainer, "model/");
    assert.deepEqual(
      Object.keys(begun),
      method.pretrains?.(defaultsOf(method)) === "encoder" ? encoding : Object.keys(expected),
      name,
    );
    for (const [path, array] of Object.entries(begun)) assert.deepEqual(array, expected[path], `${name}: ${path}`);
    trainer.dispose();
  }
  whole.dispose();
  disposeParams(encoder);
});

test("three steps on two threads (where there are two) give the same bits in two processes", () => {
  const [first, second] = [0, 1].map(() =>
    execFileSync(process.execPath, ["--import", "tsx", resolve(import.meta.dirname, "fingerprint.ts")], {
      encoding: "utf8",
      cwd: resolve(import.meta.dirname, "../.."),
      env: { ...process.env, ARCO_THREADS: String(Math.min(2, availableParallelism())) },
    }),
  );
  assert.equal(first.trim().split("\n").length, Object.keys(methods).length);
  assert.equal(first, second);
});
