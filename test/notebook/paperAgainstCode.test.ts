import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit } from "../../lib/paper/audit.js";
import { deviations } from "../../lib/paper/deviations.js";
import { lastValidation } from "../../lib/reports/rows.js";
import { deviationFindings } from "../../lib/studies/deviations/findings.js";
import { deviationStudy } from "../../lib/studies/deviations/study.js";
import { switches } from "../../lib/studies/deviations/switches.js";
import { sampleRun } from "../runs/samples.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

const runs = mkdtempSync(join(tmpdir(), "deviations-"));
after(() => rmSync(runs, { recursive: true }));
const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "2" };
const left = "L_nn with weight 1"; // for the notebook to train

before(async () => {
  const make = (seed: number, options: object, shift: number) =>
    sampleRun(runs, { method: "arco", seed, options: { sampler: "sg", ...options } }, { shift, cases: 1 }); // as many as are validated here
  for (const seed of [0, 1]) await make(seed, {}, 1 + seed);
  for (const [at, { title, options, equals }] of switches.entries()) {
    if (title !== left) await make(0, options, 1 + (at % 4));
    if (equals) await make(0, equals.options, 1 + (at % 4));
  }
});

test("paper against code: the whole list, the whole audit, the released sampler in one figure, and every switch with its numbers from the run store", async () => {
  const path = join(root, "notebooks", "07-paper-against-code.ipynb");
  const outputs = outputsOf(await execute(path, environment));
  assert.equal(countFigures(outputs), 2);
  const shown = wordsOf(outputs);
  for (const { option, fields, paper, released, lab, measured } of deviations)
    for (const said of [option, ...fields, paper, released, lab, measured])
      assert.ok(!said || shown.includes(said), said ?? "");
  for (const { kind, sentence } of audit()) assert.equal(shown.includes(sentence), kind !== "same", sentence);
  assert.match(shown, /SG as released draws? |SG as released between/);
  const study = await deviationStudy({ runs, preset: "smoke", seeds: [0, 1] });
  for (const { title, runs: found } of study.switched) {
    const [{ folder }] = found;
    const line = shown.split("\n").find((one) => one.startsWith(title));
    assert.ok(line?.includes((100 * lastValidation(folder).score).toFixed(1)), title);
  }
  for (const sentence of deviationFindings(study)) assert.ok(shown.includes(sentence), sentence);
});
