import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { methods } from "../../lib/methods/index.js";
import { isTested } from "../../lib/methods/method.js";
import { defaultsOf } from "../../lib/methods/options.js";
import { runName } from "../../lib/runs/folder.js";
import { planTable, reproduceTable } from "../../lib/tables/plan.js";
import { pretrainingConfig, resolveConfig } from "../../lib/training/config/config.js";
import { identityOf } from "../../lib/training/config/identity.js";
import type { Trial } from "../../lib/training/contract.js";
import { disposeBatch } from "../../lib/training/loop.js";
import { boxes } from "../boxes.js";
import { assertClose } from "../engine/numbers.js";
import { run, trial, values } from "../methods/trial.js";
import { narrow } from "../narrow.js";
import { temporary } from "../temporary.js";
import { cosine, featuresOf, rowsOf, shallow, throughHeads } from "./embeddings.js";

// so that small images are trained in this process, which knows the small networks
process.env.ARCO_THREADS = "1";

before(() => startEngine());

const frameworks = ["moco", "knnMoco", "simclr", "byol", "isd", "vicreg"];
const small = { hidden: 6, embedding: 4, smallest: 0.5 };
const queued = { ...small, poolSize: 6 };
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length;

/** Embeddings of an image's views as a trainer has them before its first step. */
async function embedded(trainer: Trial, view: tf.Tensor, network: "model" | "teacher", ...heads: string[]) {
  const rows = tf.tidy(() => throughHeads(trainer, heads, featuresOf(trainer, network, view)));
  const found = await rowsOf(rows);
  rows.dispose();
  return found;
}

/** The terms of a first step. */
async function firstTerms(trainer: Trial, batch: ReturnType<Trial["batch"]>): Promise<Record<string, number>> {
  const terms = await trainer.step(batch);
  const found = await Promise.all(
    Object.entries(terms).map(async ([name, term]) => [name, (await term.data())[0]] as const),
  );
  tf.dispose(terms);
  disposeBatch(batch);
  trainer.dispose();
  return Object.fromEntries(found);
}

for (const name of frameworks)
  for (const part of ["encoder", "network"] as const)
    test(`${name}: the gradient reaches the student's ${part} and heads, and neither the teacher nor the last layer`, async () => {
      const hasTeacher = "momentum" in defaultsOf(methods[name]);
      const options = { ...small, part, ...(hasTeacher && { momentum: 1 }) }; // a teacher that does not follow stands still
      const plain = { momentum: 0, weightDecay: 0, rate: 0.1 };
      const trainer = trial(name, { network: shallow, options, optimizer: plain });
      const begun = await values(trainer);
      await run(trainer, 1);
      const after = await values(trainer);
      const moved = Object.keys(begun).filter(
        (path) => /weight|scale|third/.test(path) && !/^(velocity)/.test(path) && `${begun[path]}` !== `${after[path]}`,
      );
      const expected = Object.keys(begun).filter(
        (path) =>
          /weight|scale|third/.test(path) &&
          /^(model\/(down|up)|heads\/(student|predictor|projector|expander))/.test(path),
      );
      assert.deepEqual(moved, expected);
      assert.equal("model/out.weight" in begun, part === "network");
      assert.equal(
        expected.some((path) => path.startsWith("model/up")),
        part === "network",
      );
      trainer.dispose();
    });

test("after a framework on encoder and decoder ARCO starts from both, and its last layer is fresh; after one on the encoder the decoder is, too", async () => {
  const fresh = trial("arco", { network: shallow });
  const initial = await values(fresh, "model/");
  fresh.dispose();
  for (const part of ["encoder", "network"] as const) {
    const first = trial("simclr", { network: shallow, options: { ...small, part } });
    await run(first, 2);
    const trained = await values(first, "model/");
    const start = Object.fromEntries(
      Object.entries(first.variables)
        .filter(([path]) => path.startsWith("model/"))
        .map(([path, { shape }]) => [path, { shape, values: trained[path] }]),
    );
    const second = trial("arco", { network: shallow, start });
    const begun = await values(second, "model/");
    for (const [path, array] of Object.entries(begun)) {
      const isTrained = path.startsWith("model/down") || (part === "network" && path.startsWith("model/up"));
      assert.deepEqual(array, isTrained ? trained[path] : initial[path], `${part}: ${path}`);
    }
    assert.notDeepEqual(begun["model/down.0.first.conv.weight"], initial["model/down.0.first.conv.weight"]);
    for (const one of [first, second]) one.dispose();
  }
});

test("which part is pre-trained is an option of the pre-training, and makes it another run, which is not tested", () => {
  const withPart = (part: string) =>
    resolveConfig({ method: "arco", pretraining: { method: "simclr", options: { part } } });
  assert.deepEqual(withPart("encoder"), resolveConfig({ method: "arco", pretraining: { method: "simclr" } }));
  const runs = ["encoder", "network"].map((part) => pretrainingConfig(withPart(part)));
  assert.equal(new Set(runs.map((config) => config && runName(config))).size, 2);
  for (const config of runs) assert.ok(config && !isTested(methods[config.method], config.options));
  assert.throws(
    () => withPart("decoder"),
    /pretraining.options.part: found "decoder", expected one of encoder, network/,
  );
});

for (const outputNorm of [false, true])
  test(`SimCLR${outputNorm ? " with normalised embeddings" : ""}: the first loss is −ln of the share of the other view among all others`, async () => {
    const trainer = trial("simclr", { network: shallow, options: { ...small, outputNorm } });
    const batch = trainer.batch(0);
    const both = tf.concat([batch.views.first.image, batch.views.second.image]); // in one pass
    const found = await embedded(trainer, both, "model", "projector");
    both.dispose();
    const rows = outputNorm ? normalised(found) : found;
    const e = (a: number, b: number) => Math.exp(cosine(rows[a], rows[b]) / 0.1);
    const losses = rows.map((_, a) => {
      const others = sum(rows.map((_, b) => (a === b ? 0 : e(a, b))));
      return -Math.log(e(a, (a + 4) % 8) / others);
    });
    assertClose([(await firstTerms(trainer, batch)).loss], [mean(losses)], 1e-4, "loss");
  });

/** Rows whose columns have mean 0 and variance 1. */
function normalised(rows: readonly number[][]): number[][] {
  const columns = rows[0].map((_, i) => rows.map((row) => row[i]));
  const moments = columns.map((column) => [mean(column), mean(column.map((value) => (value - mean(column)) ** 2))]);
  return rows.map((row) => row.map((value, i) => (value - moments[i][0]) / Math.sqrt(moments[i][1] + 1e-5)));
}

test("BYOL: the first loss is 4 minus twice the cosines of predictions with the teacher's embeddings of the other view", async () => {
  const trainer = trial("byol", { network: shallow, options: small });
  const batch = trainer.batch(0);
  const views = [batch.views.first.image, batch.views.second.image];
  const [first, second] = [
    await embedded(trainer, views[0], "model", "student", "predictor"),
    await embedded(trainer, views[1], "model", "student", "predictor"),
  ];
  const [one, other] = [
    await embedded(trainer, views[0], "teacher", "teacher"),
    await embedded(trainer, views[1], "teacher", "teacher"),
  ];
  const cosines = (a: number[][], b: number[][]) => mean(a.map((row, at) => cosine(row, b[at])));
  const expected = 4 - 2 * cosines(first, other) - 2 * cosines(second, one);
  assertClose([(await firstTerms(trainer, batch)).loss], [expected], 1e-4, "loss");
});

test("BYOL: the teacher's rate rises from the first one to 1 along half a cosine", async () => {
  const trainer = trial("byol", { network: shallow, steps: 4, options: { ...small, momentum: 0.6 } });
  for (const [step, rate] of [0.6, 1 - 0.2 * (1 + Math.SQRT1_2), 0.8, 1 - 0.2 * (1 - Math.SQRT1_2)].entries()) {
    const path = "down.0.first.conv.weight";
    const begun = await values(trainer);
    await run(trainer, 1, {}, step);
    const after = await values(trainer, "teacher/");
    const expected = begun[`teacher/${path}`].map((value, i) => rate * value + (1 - rate) * begun[`model/${path}`][i]);
    assertClose(after[`teacher/${path}`], expected, 1e-6, `step ${step}`);
  }
  trainer.dispose();
});

test("ISD: the first loss is the divergence of the student's likeness to the queue from the teacher's sharper one", async () => {
  const trainer = trial("isd", { network: shallow, options: queued });
  const batch = trainer.batch(0);
  const queue = await rowsOf(trainer.variables["queue/entries"]);
  const shares = (row: number[], temperature: number) => {
    const powers = queue.map((entry) => Math.exp(cosine(row, entry) / temperature));
    return powers.map((power) => power / sum(powers));
  };
  const queries = await embedded(trainer, batch.views.query.image, "model", "student", "predictor");
  const keys = await embedded(trainer, batch.views.key.image, "teacher", "teacher");
  const losses = queries.map((row, at) => {
    const [student, teacher] = [shares(row, 0.1), shares(keys[at], 0.01)];
    return sum(teacher.map((share, entry) => (share === 0 ? 0 : share * Math.log(share / student[entry]))));
  });
  assertClose([(await firstTerms(trainer, batch)).loss], [mean(losses)], 1e-3, "loss");
});

test("kNN-MoCo: the neighbours are those of the features, what they are told by is the embeddings, and their loss counts 0.4", async () => {
  const trainer = trial("knnMoco", { network: shallow, options: { ...queued, neighbors: 2 } });
  const batch = trainer.batch(0);
  const [features, queue] = [
    await rowsOf(trainer.variables["features/entries"]),
    await rowsOf(trainer.variables["queue/entries"]),
  ];
  const own = await embedded(trainer, batch.views.query.image, "model");
  const queries = await embedded(trainer, batch.views.query.image, "model", "student");
  const losses = queries.map((row, at) => {
    const near = features.map((entry) => cosine(own[at], entry));
    const nearest = [...near.keys()].sort((a, b) => near[b] - near[a]).slice(0, 2);
    const all = sum(queue.map((entry) => Math.exp(cosine(row, entry) / 0.2)));
    return mean(nearest.map((entry) => Math.log(all) - cosine(row, queue[entry]) / 0.2));
  });
  const { loss, instance, neighborhood } = await firstTerms(trainer, batch);
  assertClose([neighborhood, loss], [mean(losses), instance + 0.4 * neighborhood], 1e-4, "terms");
});

test("kNN-MoCo without its neighbours is MoCo", async () => {
  const trainers = [
    trial("moco", { network: shallow, options: queued }),
    trial("knnMoco", { network: shallow, options: { ...queued, neighbors: 2, weight: 0 } }),
  ];
  for (const trainer of trainers) await run(trainer, 3);
  const [moco, knn] = [await values(trainers[0], "model/"), await values(trainers[1], "model/")];
  for (const [path, array] of Object.entries(moco)) assertClose(knn[path], array, 1e-6, path);
  for (const trainer of trainers) trainer.dispose();
});

test("kNN-MoCo: features and keys of an image enter their queues at the same place, first in, first out", async () => {
  const trainer = trial("knnMoco", { network: shallow, options: { ...queued, neighbors: 2 } });
  for (const [step, places] of [
    [0, 1, 2, 3],
    [4, 5, 0, 1],
  ].entries()) {
    const before = await rowsOf(trainer.variables["queue/entries"]);
    await run(trainer, 1, {}, step);
    const after = trainer.variables["queue/entries"];
    const projected = throughHeads(trainer, ["teacher"], trainer.variables["features/entries"]);
    const [keys, expected] = [await rowsOf(after), await rowsOf(projected)];
    projected.dispose();
    for (const place of [0, 1, 2, 3, 4, 5])
      if (places.includes(place)) assertClose(keys[place], expected[place], 1e-4, `step ${step}, ${place}`);
      else assert.deepEqual(keys[place], before[place]);
  }
  trainer.dispose();
});

test("more neighbours than there are entries are a Problem", () => {
  assert.throws(
    () => resolveConfig({ method: "knnMoco", options: { poolSize: 4 } }),
    /options.neighbors: found 5, expected at most 4, the entries of the queue/,
  );
});

test("heads and queues are those of section 6: the lab's for features of 256, the originals' for 2,048", () => {
  const of = (name: string, protocol: "lab" | "released") => {
    const { hidden, embedding, poolSize }: Record<string, unknown> = { ...defaultsOf(methods[name], protocol) };
    return [hidden, embedding, poolSize];
  };
  const expected = {
    moco: [256, 128, 1152, 2048, 128, 65_536],
    knnMoco: [256, 128, 1152, 2048, 128, 65_536],
    simclr: [256, 128, undefined, 2048, 128, undefined],
    byol: [512, 128, undefined, 4096, 256, undefined],
    isd: [512, 64, 1152, 4096, 512, 128_000],
    vicreg: [512, 512, undefined, 8192, 8192, undefined],
  };
  for (const [name, widths] of Object.entries(expected))
    assert.deepEqual([...of(name, "lab"), ...of(name, "released")], widths, name);
});

test("under the other protocols ISD's teacher sees its view cropped and mirrored alone, under the lab's it is changed as the student's; runs of before there was a choice are still found", () => {
  const changes = (protocol: "lab" | "paper" | "released") => {
    const { query, key } = methods.isd.views?.(defaultsOf(methods.isd, protocol)) ?? assert.fail();
    return [query, key].map(({ of, steps }) => [of, ...steps.map(({ change }) => change)]);
  };
  const [strong, weak] = [
    ["all", "resizedCrop", "flip", "photometric"],
    ["all", "resizedCrop", "flip"],
  ];
  assert.deepEqual(changes("lab"), [strong, strong]);
  for (const protocol of ["paper", "released"] as const) assert.deepEqual(changes(protocol), [strong, weak]);
  const own = (options: object) => "keyView" in identityOf(resolveConfig({ method: "isd", options })).options;
  assert.deepEqual([own({}), own({ keyView: "weak" })], [false, true]);
});

test("the optimiser is the lab's own, or under the other protocols that of the framework's sources", () => {
  const of = (method: string, protocol: "lab" | "paper" | "released") => {
    const { optimizer, batch, steps } = resolveConfig({ method, protocol, benchmark: "phantom-acdc", preset: "full" });
    const { kind, rate, weightDecay, schedule, warmUp } = optimizer;
    assert.equal(schedule, "cosine");
    return [kind, Number(rate.toFixed(6)), weightDecay, warmUp, batch.unlabeled, steps];
  };
  for (const name of frameworks) assert.deepEqual(of(name, "lab"), ["sgd", 0.01, 1e-4, 0, 36, 3644], name);
  const steps = [256, 512];
  assert.deepEqual(of("moco", "paper"), ["sgd", 0.03, 1e-4, 0, ...steps]);
  assert.deepEqual(of("knnMoco", "released"), ["sgd", 0.3, 1e-4, 0, ...steps]);
  assert.deepEqual(of("simclr", "paper"), ["lars", 0.3, 1e-6, 51, ...steps]);
  assert.deepEqual(of("simclr", "released"), ["lars", 1.2, 1e-6, 51, ...steps]); // 0.075·√256
  assert.deepEqual(of("byol", "paper"), ["lars", 0.2, 1.5e-6, 51, ...steps]);
  assert.deepEqual(of("byol", "released"), ["lars", 0.45, 1e-6, 51, ...steps]);
  assert.deepEqual(of("isd", "released"), ["sgd", 0.05, 1e-4, 0, ...steps]);
  assert.deepEqual(of("vicreg", "released"), ["lars", 0.2, 1e-6, 51, ...steps]);
});

test("every row of table 8 can be trained; rows that pre-train the decoder too are made on request, and no row's pre-training sees labels but ARCO's", () => {
  const plan = (...only: string[]) =>
    planTable(8, { runs: temporary("arco-frameworks-"), benchmark: "phantom-acdc", preset: "smoke", seeds: [0], only });
  const usual = plan();
  assert.equal(usual.arms.length, 7 * 3 + 1);
  assert.deepEqual(
    usual.arms.filter(({ notYet }) => notYet),
    [],
  );
  const pretrainings = (all: typeof usual) =>
    all.jobs
      .filter(({ phase }) => phase === "pretraining")
      .map(({ config: { method, labeled, options }, rows }) => [method, labeled, options.part, rows.length]);
  assert.deepEqual(pretrainings(usual), [
    ...frameworks.map((name) => [name, 0, "encoder", 3]),
    ["relational", 1, undefined, 3],
  ]);
  assert.deepEqual(
    pretrainings(plan("decoder too")),
    frameworks.map((name) => [name, 0, "network", 3]),
  );
  const titles = (...only: string[]) => plan(...only).arms.map(({ title }) => title);
  assert.deepEqual(titles("SimCLR"), ["SimCLR, NS", "SimCLR, SAG", "SimCLR, SG"]);
  assert.deepEqual(titles("SimCLR, SG, decoder too"), ["SimCLR, SG, decoder too"]);
});

test("a row of each framework trains, and one that pre-trains the decoder too", async () => {
  const only = ["kNN-MoCo, NS", "SimCLR, NS", "BYOL, NS", "ISD, NS", "VICReg, NS", "SimCLR, NS, decoder too"];
  const { rows } = await reproduceTable(8, {
    ...{ runs: temporary("arco-frameworks-"), benchmark: await boxes(), preset: "smoke", seeds: [0], only },
    ...{ config: { steps: 2, network: narrow, pretraining: { steps: 2 } }, parallel: 1 },
  });
  assert.deepEqual(
    rows.map(({ title, runs }) => [title, runs.length]),
    only.map((title) => [title, 1]),
  );
});
