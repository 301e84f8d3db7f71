import assert from "node:assert/strict";
import { before, test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { startEngine } from "../../lib/engine/start.js";
import { defaultsOf } from "../../lib/methods/options.js";
import type { Protocol } from "../../lib/methods/recipes.js";
import { relational } from "../../lib/pretraining/relational.js";
import type { RelationalOptions } from "../../lib/pretraining/relationalOptions.js";
import { Problem } from "../../lib/problem.js";
import { disposeBatch } from "../../lib/training/loop.js";
import { assertClose } from "../engine/numbers.js";
import { fingerprint, run, trial, values } from "../methods/trial.js";
import { narrow } from "../narrow.js";

before(() => startEngine());

const protocols = ["lab", "paper", "released"] as const;

/** A pre-training of small images, with a small pool that is no multiple of the batch of 4. */
const pretraining = (options: Partial<RelationalOptions> = {}, network = narrow) =>
  trial("relational", { network, steps: 30, options: { poolSize: 6, ...options } });

/** The options of a protocol. */
const optionsUnder = (protocol: Protocol) => defaultsOf(relational, protocol);

const isStatistic = (path: string) => /norm\.(mean|variance)$/.test(path);

for (const protocol of protocols) {
  const options = { ...optionsUnder(protocol), poolSize: 6 };

  test(`${protocol}: through 24 steps the number of tensors stays the same, and disposing frees them`, async () => {
    const warm = pretraining(options);
    await run(warm, 1); // makes the constants that live as long as the process
    warm.dispose();
    const before = tensorCount();
    const trainer = pretraining(options);
    const counts = new Set<string>();
    for (let step = 0; step < 24; step++) {
      await run(trainer, 1, {}, step);
      counts.add(JSON.stringify(tensorCount()));
    }
    trainer.dispose();
    assert.equal(counts.size, 1, [...counts].join(" "));
    assert.deepEqual(tensorCount(), before);
  });

  test(`${protocol}: its variables are all that a continued training needs`, async () => {
    const [whole, begun, continued] = [pretraining(options), pretraining(options), pretraining(options)];
    const terms = await run(whole, 6);
    await run(begun, 3);
    for (const [path, variable] of Object.entries(continued.variables)) variable.assign(begun.variables[path]);
    assert.deepEqual(await run(continued, 3, {}, 3), terms.slice(3));
    assert.equal(await fingerprint(continued), await fingerprint(whole));
    for (const trainer of [whole, begun, continued]) trainer.dispose();
  });

  test(`${protocol}: the loss is its terms by their weights, and all are finite`, async () => {
    const weights = { global: 0.5, local: 3 };
    const trainer = pretraining({ ...options, weights });
    for (const { loss, supervised, global, local, ...others } of await run(trainer, 4)) {
      assertClose([loss], [supervised + weights.global * global + weights.local * local], 1e-5, "loss");
      assert.ok(supervised > 0 && global > 0 && local > 0);
      assert.deepEqual(others, {});
    }
    trainer.dispose();
  });
}

test("the network learns the labelled images, and its relations come nearer to the teacher's than without those terms", async () => {
  const train = async (weight: number) => {
    const trainer = pretraining({ weights: { global: weight, local: weight }, poolSize: 36 }, "unet");
    const rows = await run(trainer, 24);
    trainer.dispose();
    return rows;
  };
  const [learned, unlearned] = [await train(1), await train(1e-6)];
  const mean = (rows: typeof learned, term: string) => rows.reduce((sum, row) => sum + row[term], 0) / rows.length;
  assert.ok(learned[23].supervised < learned[0].supervised / 3);
  for (const term of ["global", "local"]) {
    const [trained, without] = [mean(learned, term), mean(unlearned, term)];
    assert.ok(trained < 0.95 * without, `${term}: ${trained}, without ${without}`);
  }
});

test("the teacher's network and stopped heads move by nothing but the average, of the student before its step", async () => {
  const trainer = pretraining({ momentum: 0.9 });
  for (let step = 0; step < 3; step++) {
    const before = await values(trainer);
    await run(trainer, 1, {}, step);
    const after = await values(trainer);
    let moved = 0;
    for (const [path, teacher] of Object.entries(before)) {
      if (isStatistic(path) || !/^(teacher\/|heads\/\w+\.teacher)/.test(path)) continue;
      const student = before[path.replace("teacher/", "model/").replace(".teacher.", ".student.")];
      const expected = teacher.map((value, i) => 0.9 * value + 0.1 * student[i]);
      assertClose(after[path], expected, 1e-6, `step ${step}: ${path}`);
      moved++;
    }
    assert.equal(moved, 82 + 8); // a U-Net's and two heads of four
  }
  trainer.dispose();
});

test("teacher heads that are not stopped are moved by the loss as well", async () => {
  const trainer = pretraining({ stopTeacherHeads: false });
  const before = await values(trainer, "heads/");
  await run(trainer, 1); // student and teacher heads begin alike, so the average alone would leave them
  const after = await values(trainer, "heads/");
  for (const path of Object.keys(before)) {
    assert.notDeepEqual(after[path], before[path], path);
    if (path.includes(".teacher.")) assert.ok(`velocity/${path}` in trainer.variables);
  }
  trainer.dispose();
});

test("a pool takes up the teacher's embeddings of all images, first in, first out", async () => {
  const trainer = pretraining();
  for (const [step, places] of [
    [0, 1, 2, 3],
    [4, 5, 0, 1],
    [2, 3, 4, 5],
  ].entries()) {
    const before = await values(trainer, "pool/");
    await run(trainer, 1, {}, step);
    for (const [path, pool] of Object.entries(await values(trainer, "pool/"))) {
      const length = pool.length / 6;
      const entry = (all: Float32Array, place: number) => all.slice(place * length, (place + 1) * length);
      const changed = [0, 1, 2, 3, 4, 5].filter((at) => `${entry(pool, at)}` !== `${entry(before[path], at)}`);
      assert.deepEqual(changed, [...places].sort(), `${path} after step ${step}`);
    }
  }
  trainer.dispose();
});

test("a weight of 0 switches a term off exactly", async () => {
  const train = async (options: Partial<RelationalOptions>) => {
    const trainer = pretraining(options);
    const rows = await run(trainer, 4);
    const model = await values(trainer, "model/");
    const names = Object.keys(trainer.variables);
    trainer.dispose();
    return { rows, model, names };
  };
  const onlyGlobal = { weights: { global: 1, local: 0 } };
  const [global, other] = [
    await train(onlyGlobal),
    await train({ ...onlyGlobal, localLayout: "released", localInput: "features" }),
  ];
  assert.deepEqual(other, global);
  assert.ok(global.rows.every((row) => "global" in row && !("local" in row)));
  assert.ok(global.names.every((name) => !name.includes("local")));

  const neither = { weights: { global: 0, local: 0 } };
  const plain = await train(neither);
  assert.deepEqual(await train({ ...neither, momentum: 0.5, tauT: 1, deadForward: true }), plain);
  for (const { loss, supervised } of plain.rows) assert.equal(loss, supervised);
  assert.notDeepEqual(plain.model, global.model);
});

test("the dead pass moves the teacher's running statistics and nothing else", async () => {
  const [plain, dead] = [pretraining(), pretraining({ deadForward: true })];
  assert.deepEqual(await run(dead, 2), await run(plain, 2));
  const [first, second] = [await values(plain), await values(dead)];
  for (const path of Object.keys(first))
    if (path.startsWith("teacher/") && isStatistic(path)) assert.notDeepEqual(second[path], first[path], path);
    else assert.deepEqual(second[path], first[path], path);
  for (const trainer of [plain, dead]) trainer.dispose();
});

test("a teacher in evaluation takes the student's running statistics", async () => {
  const trainer = pretraining({ teacherMode: "eval" });
  await run(trainer, 2);
  const before = await values(trainer, "model/");
  await run(trainer, 1, {}, 2);
  for (const [path, array] of Object.entries(await values(trainer, "teacher/")))
    if (isStatistic(path)) assert.deepEqual(array, before[path.replace("teacher/", "model/")], path);
  trainer.dispose();
});

test("mined views need no pool, and a second unlabelled image", async () => {
  const trainer = pretraining({ mined: "fresh" });
  assert.ok(Object.keys(trainer.variables).every((name) => !name.startsWith("pool/")));
  const lonely = trainer.batch(0, { unlabeled: 1 });
  await assert.rejects(trainer.step(lonely), Problem);
  disposeBatch(lonely);
  trainer.dispose();
  assert.throws(() => pretraining({ mined: "fresh", localLayout: "released" }), Problem);
});

test("the three protocols differ where the list of deviations says so", () => {
  const [lab, paper, released] = protocols.map(optionsUnder);
  const changed = (options: RelationalOptions) =>
    Object.entries(options).filter(
      ([key, value]) => `${Object.entries(lab).find(([name]) => name === key)?.[1]}` !== `${value}`,
    );
  assert.deepEqual(Object.fromEntries(changed(paper)), {
    headActivation: "relu",
    mined: "fresh",
    klDirection: "studentTeacher",
    localInput: "features",
  });
  assert.deepEqual(Object.fromEntries(changed(released)), {
    headActivation: "none",
    localLayout: "released",
    stopTeacherHeads: false,
    tauT: 0.1,
    views: "blurOnly",
    quantise8: true,
    deadForward: true,
  });
});
