import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { phantomPlans } from "../../lib/benchmarks/phantom/index.js";
import { temporary } from "../temporary.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

test("one of each phantom is shown beside its facts, every figure says that it is generated, and few labels are compared with all", async () => {
  const environment = { ARCO_RUNS: temporary("phantoms-"), ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
  const outputs = outputsOf(await execute(join(root, "notebooks", "13-phantoms.ipynb"), environment));
  const plans = Object.values(phantomPlans);
  assert.equal(plans.length, 8);
  assert.equal(countFigures(outputs), 8);
  const words = wordsOf(outputs);
  for (const { real, phantom } of plans)
    assert.ok(words.includes(`${real.title} phantom.** ${phantom.facts}`), real.name);
  const figures = outputs.filter(({ data }) => data && "image/png" in data);
  for (const { data } of figures) assert.match(JSON.stringify(data), /PHANTOM DATA: generated, not the real benchmark/);
  assert.match(words, /^ACDC phantom +Dice +1 +\d/m);
  assert.match(words, /on \d of 1 phantom below; one seed each/);
});
