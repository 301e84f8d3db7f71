import assert from "node:assert/strict";
import { before, test } from "node:test";
import { gatherRows } from "../../lib/engine/ops/gather.js";
import { stream } from "../../lib/engine/random.js";
import { asRows } from "../../lib/engine/rows.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { hypercolumn } from "../../lib/heads/hypercolumn.js";
import { reco, recoDraws } from "../../lib/losses/reco.js";
import { forward } from "../../lib/methods/forward.js";
import { methods } from "../../lib/methods/index.js";
import { type Observer, parts, type Setup } from "../../lib/methods/method.js";
import { defaultsOf, merged } from "../../lib/methods/options.js";
import { studentOf, teacherOf } from "../../lib/methods/studentTeacher.js";
import { pretrainingConfigs, resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { narrow } from "../narrow.js";
import { likeliest, softmaxRows, supervisedOf } from "./byHand.js";
import { movedBy } from "./plainDescent.js";
import { batch, run, trial, values } from "./trial.js";

before(() => startEngine());

const few = { queries: 20, negatives: 20 };
const lab = { network: narrow, options: { representation: 12, contrast: few } };

/** What a training tells of its steps, by event; of the last step where there are several. */
function observed(): { observe: Observer; told: Record<string, number[]> } {
  const told: Record<string, number[]> = {};
  return {
    told,
    observe: (event, values) => {
      told[event] = Array.from(values);
    },
  };
}

/** Where each pixel of the strong view is taken from, if grey values stay as they are: its own place in its image or the next of two. */
function sourcesOf(view: readonly number[]): number[] {
  const { arrays, labeled } = batch(0);
  const images = arrays.image.subarray(labeled * 256);
  return view.map((value, i) => [i, (i + 256) % 512].find((source) => images[source] === value) ?? assert.fail());
}

const setup: Setup<object> = {
  ...{ seed: 0, steps: 8, protocol: "lab", options: {}, network: narrow, channels: 1, classes: 3, imageSize: [16, 16] },
  optimizer: { kind: "sgd", rate: 0.01, momentum: 0, nesterov: false, weightDecay: 0, schedule: "poly" },
};

test("its terms are those of the equations, with the student's representations of all pixels by the dense head", async () => {
  const { observe, told } = observed();
  const chosen = { queries: 40, negatives: 30, hard: 0.36, threshold: 0.4 }; // a random network gives each class about a third
  const strong = { photometric: false };
  const options = { ...lab.options, strong, contrast: chosen, unsupervised: { threshold: 0.4 } };
  const [found] = await run(trial("action", { ...lab, options, observe }), 1);

  const given = batch(0);
  const [student, teacher] = [studentOf(setup), teacherOf(setup, studentOf(setup))];
  const images = parts(given.image, given);
  const look = await softmaxRows(teacher.at(0)(images.unlabeled).logits);
  assert.deepEqual(told["pseudo labels"], likeliest(look));
  assertClose(told.confidence, look.map((row) => Math.max(...row)), 1e-5, "confidence"); // biome-ignore format: one line

  const view = tf.tensor(told["strong view"], images.unlabeled.shape);
  const { labeled, unlabeled, maps } = forward(student.at(0), images.labeled, view, "separate");
  const [first, second] = [await softmaxRows(labeled), await softmaxRows(unlabeled)];
  const [labels, truth] = [told["strong view labels"], [...given.arrays.label]];
  const confidence = sourcesOf(told["strong view"]).map((source) => told.confidence[source]);
  // L_unsup: each image weighted by its share of confident pixels
  const share = [0, 1].map((at) => confidence.slice(256 * at, 256 * at + 256).filter((c) => c >= 0.4).length / 256);
  const cross = second.map((row, i) => -Math.log(row[labels[i]]) * share[Math.floor(i / 256)]);
  const expected = [supervisedOf(first, truth), cross.reduce((a, b) => a + b) / 512];
  assertClose([found.supervised, found.unsupervised], expected, 1e-5, "L_sup and L_unsup");
  // L_reco: labelled pixels, and unlabelled ones of confidence 0.4; hard ones are below 0.36
  const available = [...truth, ...labels.map((label, i) => (confidence[i] >= 0.4 ? label : -1))];
  const of = (label: number) => Int32Array.from([...available.keys()].filter((i) => available[i] === label));
  const members = [0, 1, 2].map(of).filter(({ length }) => length > 0);
  const chance = (i: number) => [...first, ...second][i][available[i]];
  const hard = members.map((list) => list.filter((i) => chance(i) < 0.36));
  assert.ok(hard.some(({ length }) => length > 0) && hard.some(({ length }, at) => length < members[at].length));
  const head = hypercolumn({ widths: student.network.decoder.widths, outputs: 12 });
  const params = head.init(stream(0, "representation"));
  const all = tf.concat(maps.map(({ features }) => asRows(head.dense(params, features))));
  const at = (pixels: Int32Array) => gatherRows(all, tf.tensor1d(pixels, "int32"));
  const means = (lists: readonly Int32Array[]) => tf.stack(lists.map((pixels) => at(pixels).mean(0)));
  const draws = recoDraws(stream(0, "reco", 0));
  const contrast = await reco({ members, hard }, { at, means }, draws, {
    queries: 40,
    negatives: 30,
    pool: 512,
  }).data();
  assertClose([found.contrast], contrast, 1e-4, "L_reco");
  assertClose([found.loss], [found.supervised + found.unsupervised + 0.01 * found.contrast], 1e-6, "loss");
});

test("the classes of an image are mixed into the next, and pseudo labels go along", async () => {
  const { observe, told } = observed();
  const options = { ...lab.options, strong: { photometric: false } };
  await run(trial("action", { ...lab, options, observe }), 1);
  const labels = told["pseudo labels"];
  const kept = new Set<string>();
  for (const [i, source] of sourcesOf(told["strong view"]).entries()) {
    assert.equal(told["strong view labels"][i], labels[source]);
    kept.add(`${i < 256} ${labels[i]} ${source === i}`);
  }
  const once = new Set([...kept].map((one) => one.split(" ").slice(0, 2).join()));
  assert.equal(kept.size, once.size, "a class of an image is kept everywhere or nowhere");
});

test("each term reaches the student's weights that it is computed from, the contrast its head and not the last layer", async () => {
  const network = ["down", "out", "up"].map((part) => `model/${part}`);
  const moved = async (weights: { contrast: number; unsupervised: number }, supervised = 0) => {
    const contrast = { ...few, threshold: 0 };
    const unsupervised = { threshold: 0 };
    const options = { supervised, weights, contrast, unsupervised, representation: 12, teacher: { momentum: 1 } };
    return movedBy("action", options);
  };
  assert.deepEqual(await moved({ contrast: 0, unsupervised: 0 }, 1), network);
  assert.deepEqual(await moved({ contrast: 0, unsupervised: 1 }), network);
  const head = ["heads/first", "heads/second"];
  assert.deepEqual(await moved({ contrast: 1, unsupervised: 0 }), [...head, "model/down", "model/up"]);
});

test("pixels that the student is sure of are no queries, and unsure pseudo labels no pixels of a class", async () => {
  const contrastWith = async (contrast: object) => {
    const trainer = trial("action", { ...lab, options: { ...lab.options, contrast: { ...few, ...contrast } } });
    const [{ contrast: found }] = await run(trainer, 1);
    trainer.dispose();
    return found;
  };
  const most = Math.log(1 + 20 * Math.exp(4)); // cosines −1 and 1 over ½
  for (const [contrast, least] of [
    [{ hard: 0 }, 0],
    [{}, 1e-3],
    [{ threshold: 0 }, 1e-3],
    [{ pool: 0 }, 1e-3],
  ] as const) {
    const found = await contrastWith(contrast);
    assert.ok(least === 0 ? found === 0 : found > least && found < most, `${JSON.stringify(contrast)}: ${found}`);
  }
  assert.notEqual(await contrastWith({ threshold: 0 }), await contrastWith({ threshold: 1 }));
});

test("the teacher follows the student's network after the step, and as released also before it", async () => {
  for (const deadForward of [false, true]) {
    const options = { ...lab.options, deadForward, teacher: { momentum: 0.9 } };
    const trainer = trial("action", { ...lab, options });
    await run(trainer, 1);
    const [teacher, student] = [await values(trainer, "teacher/"), await values(trainer, "model/")];
    await run(trainer, 1, {}, 1);
    const [now, moved] = [await values(trainer, "teacher/"), await values(trainer, "model/")];
    for (const path of Object.keys(now).filter((one) => /weight|bias|scale|offset/.test(one))) {
      const own = path.replace("teacher/", "model/");
      const expected = teacher[path].map((value, i) => {
        const before = deadForward ? 0.9 * value + 0.1 * student[own][i] : value;
        return 0.9 * before + 0.1 * moved[own][i];
      });
      assertClose(now[path], expected, 1e-5, path);
    }
    assert.ok(!Object.keys(trainer.variables).some((path) => path.startsWith("teacher/heads")));
    trainer.dispose();
  }
});

test("the released code's unused pass moves the student's running statistics and nothing else of it", async () => {
  const [plain, released] = await Promise.all(
    [false, true].map(async (deadForward) => {
      const trainer = trial("action", { ...lab, options: { ...lab.options, deadForward } });
      await run(trainer, 1);
      return values(trainer, "model/");
    }),
  );
  for (const [path, value] of Object.entries(plain))
    if (/mean|variance/.test(path)) assert.notDeepEqual(released[path], value, path);
    else assert.deepEqual(released[path], value, path);
});

test("as released, and with images mixed by boxes or in one pass, its terms are numbers", async () => {
  const released = merged(defaultsOf(methods.action, "released"), lab.options);
  for (const options of [
    released,
    { strong: { mixing: "cutmix" } },
    { passes: "joint" },
    { teacher: { mode: "eval" } },
  ]) {
    const trainer = trial("action", { ...lab, options: { ...lab.options, ...options } });
    for (const row of await run(trainer, 3)) assert.ok(Object.values(row).every(Number.isFinite), JSON.stringify(row));
    trainer.dispose();
  }
});

test("it starts from a phase of its own: ARCO's with ½ (Dice + cross entropy) and one temperature, 3 + 3 images", () => {
  for (const protocol of ["lab", "released"] as const) {
    const choice = { preset: "full", benchmark: "phantom-acdc", protocol } as const;
    const [own, arcos] = ["action", "arco"].map((method) => resolveConfig({ ...choice, method }));
    const [[first], [relational]] = [pretrainingConfigs(own), pretrainingConfigs(arcos)];
    const { supervisedScale, tauS, tauT } = first.options;
    assert.deepEqual([first.method, supervisedScale, tauS, tauT], ["actionDistillation", 0.5, 0.1, 0.1]);
    assert.deepEqual(first, {
      ...relational,
      method: first.method,
      options: { ...relational.options, supervisedScale, tauT },
    });
    assert.deepEqual(first.batch, { labeled: 3, unlabeled: 3 });
    assert.deepEqual([own.batch, own.draw, own.optimizer], [arcos.batch, arcos.draw, arcos.optimizer]);
  }
});
