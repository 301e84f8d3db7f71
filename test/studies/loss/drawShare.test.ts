import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { drawShareFinding, drawShares } from "../../../lib/studies/loss/drawShare.js";
import { sampleRun } from "../../runs/samples.js";
import { temporary } from "../../temporary.js";

/** A run whose L_contrast goes up and down by `jump`, with a ledger of two classes. */
async function logged(runs: string, seed: number, jump: number, [ns, sg, sag]: readonly number[]) {
  const { folder, metrics } = await sampleRun(runs, { method: "arco", seed }, { cases: 1 });
  const entry = (of: number) => ({
    ...{ class: of, quantity: "loss", ns, sg, sag, between: 0.1, rho: 0 },
    observed: { ns, sg, sag },
  });
  for (let step = 11; step <= 20; step++) {
    const ledger =
      step % 5 === 0 ? { ledger: [entry(1), entry(2), { ...entry(1), quantity: "gradient", ns: 99 }] } : {};
    appendFileSync(
      join(folder, "log.jsonl"),
      `${JSON.stringify({ step, contrast: 3 + (step % 2) * jump, ...ledger })}\n`,
    );
  }
  return { folder, seed, metrics };
}

test("the share of the draws is their variance over half the mean squared step, with the variance of a mean of classes", async () => {
  const runs = temporary("arco-shares-");
  const first = await logged(runs, 0, 2, [0.4, 0.3, 0.2]); // half of 2² is 2; two classes: (0.4 + 0.4)/4 = 0.2
  const [found] = drawShares([{ title: "ARCO-NS", runs: [first] }]);
  assert.equal(found.seed, 0);
  for (const [value, expected] of [
    [found.draws, 0.1],
    [found.sg, 0.025],
    [found.sag, 0.05],
  ])
    assert.ok(Math.abs(value - expected) < 1e-12, `${value}, expected ${expected}`);
  assert.match(
    drawShareFinding([found]),
    /draws of queries make 10\.0 %; SG takes away 2\.5 % of it and SAG 5\.0 % \(one training\)/,
  );
  const second = await logged(runs, 1, 2, [0.8, 0.6, 0.4]);
  const both = drawShares([{ title: "ARCO-NS", runs: [first, second] }]);
  assert.match(drawShareFinding(both), /make 15\.0 % \(95 % interval −48\.5 to 78\.5 %\).*\(2 trainings\)/);
});

test("a run without a ledger, or without the term, has no share, which is said", async () => {
  const { folder, metrics } = await sampleRun(temporary("arco-shares-"), { method: "arco" }, { cases: 1 });
  const found = drawShares([{ title: "ARCO", runs: [{ folder, seed: 0, metrics }] }]);
  assert.deepEqual(found, []);
  assert.match(drawShareFinding(found), /^No training has a ledger/);
});
