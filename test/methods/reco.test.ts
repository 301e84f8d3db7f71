import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import type { LedgerEntry } from "../../lib/methods/ledger.js";
import { onGrid } from "../../lib/methods/reco/grid.js";
import { reco } from "../../lib/methods/reco.js";
import { takeTrialSteps, trialOf } from "../../lib/training/contract.js";
import { disposeBatch } from "../../lib/training/loop.js";
import { narrow } from "../narrow.js";

before(() => startEngine());

const few = { contrast: { queries: 16, negatives: 8 }, representation: 8, ledger: { every: 0 } };
const trial = (options: object, more: object = {}) =>
  trialOf(reco, { network: narrow, options: { ...few, ...options }, ...more });
const values = async ({ variables }: ReturnType<typeof trial>, name: string) =>
  Promise.all(
    Object.entries(variables)
      .filter(([path]) => path.startsWith(name))
      .map(async ([path, variable]) => [path.slice(name.length), [...(await variable.data())]]),
  );

test("a coarser grid takes the class at ⌊i·length/cells⌋ along each axis, image by image", () => {
  const map = Int32Array.from({ length: 2 * 5 * 6 }, (_, i) => i);
  assert.deepEqual([...onGrid(map, [5, 6], [2, 3])], [0, 2, 4, 12, 14, 16, 30, 32, 34, 42, 44, 46]);
  assert.equal(onGrid(map, [5, 6], [5, 6]), map);
});

test("after the first step the teacher, which is tested, is the student", async () => {
  const one = trial({});
  await takeTrialSteps(one, 1);
  const isTrained = (rows: [string, number[]][]) => rows.filter(([path]) => !/mean$|variance$/.test(path));
  const [teacher, student] = [await values(one, "model/"), await values(one, "student/")];
  assert.deepEqual(isTrained(teacher as never), isTrained(student as never));
  await takeTrialSteps(one, 1, {}, 1);
  assert.notDeepEqual(
    isTrained((await values(one, "model/")) as never),
    isTrained((await values(one, "student/")) as never),
  );
  one.dispose();
});

test("without its contrast it is ClassMix; without pseudo labels, too, it learns from labels alone", async () => {
  const terms = async (weights: object) => {
    const one = trial({ weights });
    const [row] = await takeTrialSteps(one, 1);
    one.dispose();
    return row;
  };
  const all = await terms({});
  assert.deepEqual(Object.keys(all), ["loss", "supervised", "unsupervised", "contrast"]);
  assert.ok(Math.abs(all.loss - all.supervised - all.unsupervised - all.contrast) < 1e-5);
  const classmix = await terms({ contrast: 0 });
  assert.deepEqual([classmix.supervised, classmix.unsupervised], [all.supervised, all.unsupervised]);
  assert.deepEqual(Object.keys(await terms({ contrast: 0, unsupervised: 0 })), ["loss", "supervised"]);
});

test("arms that differ in the sampler alone share all of the first step but their queries", async () => {
  const row = async (sampler: string, cells: number) => {
    const one = trial({ sampler, cells });
    const [found] = await takeTrialSteps(one, 1);
    one.dispose();
    return found;
  };
  const [ns, sg, finer, oneCell] = [await row("ns", 4), await row("sg", 4), await row("sg", 2), await row("ns", 3)];
  assert.equal(ns.supervised, sg.supervised);
  assert.notEqual(ns.contrast, sg.contrast);
  assert.notEqual(sg.contrast, finer.contrast);
  assert.equal(ns.contrast, oneCell.contrast);
});

test("the ledger states for SG and SAG what repeated draws show, and changes nothing", async () => {
  const watched = trial({ ledger: { every: 1, repeats: 400 }, contrast: { queries: 64, negatives: 8 } });
  const batch = watched.batch(0);
  const terms = await watched.step(batch);
  const notes: { ledger?: unknown } = watched.notes?.() ?? {};
  const ledger = notes.ledger as LedgerEntry[];
  assert.ok(ledger.length >= 4);
  for (const { ns, sg, observed } of ledger) {
    assert.ok(Math.abs(observed.ns / ns - 1) < 0.5, `${observed.ns} of ${ns}`);
    assert.ok(observed.sg < 1.6 * sg + 0.05 * ns, `${observed.sg} of ${sg}`);
  }
  const blind = trial({ contrast: { queries: 64, negatives: 8 } });
  const other = await blind.step(blind.batch(0));
  assert.deepEqual(await terms.loss.data(), await other.loss.data());
  disposeBatch(batch);
  for (const one of [watched, blind]) one.dispose();
});

test("it trains DeepLabv3+, whose grid is a quarter of the side", async () => {
  const one = trialOf(reco, { network: "lite0", options: few, imageSize: [32, 32] });
  const rows = await takeTrialSteps(one, 2);
  assert.ok(rows.every(({ loss, contrast }) => Number.isFinite(loss) && contrast > 0));
  one.dispose();
});

test("without unlabelled images the teacher looks at the labelled ones, whose given labels are kept and sure", async () => {
  const seen: Record<string, ArrayLike<number>> = {};
  const observe = (event: string, found: ArrayLike<number>) => {
    seen[event] = Array.from(found);
  };
  const one = trial({}, { observe });
  const batch = one.batch(0, { unlabeled: 0 });
  const partial = batch.arrays.label.map((label, i) => (i % 7 === 0 ? label : -1));
  const terms = await one.step({ ...batch, arrays: { ...batch.arrays, label: partial } });
  assert.deepEqual(Object.keys(terms), ["loss", "supervised", "unsupervised", "contrast"]);
  const [labels, confidence] = [seen["pseudo labels"], seen.confidence];
  assert.equal(labels.length, partial.length);
  for (const [i, label] of partial.entries()) if (label >= 0) assert.deepEqual([labels[i], confidence[i]], [label, 1]);
  assert.ok(Array.from(confidence).some((value, i) => partial[i] < 0 && value < 1));
  disposeBatch(batch);
  one.dispose();
});
