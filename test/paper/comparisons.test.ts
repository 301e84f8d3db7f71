import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import { rowOf } from "../../lib/paper/place.js";
import { tables } from "../../lib/paper/tables.js";
import { tableArms } from "../../lib/tables/arms.js";
import { reproduceTable } from "../../lib/tables/plan.js";
import { boxes } from "../boxes.js";
import { run, trial } from "../methods/trial.js";
import { narrow } from "../narrow.js";
import { temporary } from "../temporary.js";

process.env.ARCO_THREADS = "1";
before(() => startEngine());

// methods.md, sections 2 and 5.17: L_sup + 0.01 L_contrast + L_eqv + L_unsup + L_nn with the naive sampler
test("MONA is ARCO with the naive sampler and the equivariance loss, under every protocol", () => {
  for (const protocol of ["lab", "paper", "released"] as const) {
    const { arms } = tableArms(1, { benchmark: "phantom-acdc", protocol, only: ["MONA", "ARCO-SG"] });
    const [mona, arco] = arms.map(({ configs }) => configs[0]);
    assert.deepEqual(mona, { ...arco, options: { ...arco.options, sampler: "ns", weights: mona.options.weights } });
    const weights = { ...(arco.options.weights as object), equivariance: 1 };
    assert.deepEqual(mona.options.weights, weights);
    if (protocol !== "lab") assert.deepEqual(weights, { contrast: 0.01, unsupervised: 1, nearest: 1, equivariance: 1 });
  }
});

test("MONA's loss has all five terms", async () => {
  const row = tables[1].rows.find((one) => rowOf(one) === "MONA");
  const { options, sampler } = row?.recipe ?? assert.fail();
  const trainer = trial("arco", { network: narrow, options: { ...options, sampler } });
  const [{ loss, ...terms }] = await run(trainer, 1);
  assert.deepEqual(Object.keys(terms).sort(), ["contrast", "equivariance", "nearest", "supervised", "unsupervised"]);
  trainer.dispose();
});

test("MONA and ACTION are trained in both their phases, and have their numbers", async () => {
  const { rows } = await reproduceTable(1, {
    ...{ runs: temporary("arco-comparisons-"), parallel: 1, benchmark: await boxes(), preset: "smoke", seeds: [0] },
    config: { steps: 2, network: narrow, pretraining: { steps: 2 } },
    only: ["MONA", "ACTION"],
  });
  assert.deepEqual(rows.map(({ title, runs }) => [title, runs.length]).sort(), [
    ["ACTION", 1],
    ["MONA", 1],
  ]);
  for (const { title, runs } of rows) {
    const { dice } = runs[0].metrics.mean;
    assert.ok(dice >= 0 && dice <= 1, `${title}: ${dice}`);
  }
});
