import assert from "node:assert/strict";
import { test } from "node:test";
import "../fixtures/own/sampler.js";
import { tableNumbers } from "../../lib/paper/published.js";
import { tableArms } from "../../lib/tables/arms.js";
import { planTable } from "../../lib/tables/plan.js";
import { tableResult } from "../../lib/tables/result.js";
import { sampleRun } from "../runs/samples.js";
import { temporary } from "../temporary.js";

const runs = temporary("arco-own-rows-");
const smoke = { preset: "smoke", seeds: [0, 1] } as const;

test("in every table one's own sampler has the rows that SG has, trained as those are but for the draws", () => {
  for (const table of tableNumbers) {
    const whole = tableArms(table, smoke).arms;
    const own = tableArms(table, { ...smoke, samplers: ["sg", "inOrder"] }).arms;
    const of = (name: string) => own.filter(({ title }) => new RegExp(`(^|[- ])${name}(?![A-Za-z])`).test(title));
    assert.ok(of("inOrder").length > 0, `table ${table}`);
    assert.deepEqual(
      of("inOrder").map(({ title }) => title.replace("inOrder", "SG")),
      of("SG").map(({ title }) => title),
    );
    for (const [at, { configs, published, notYet }] of of("inOrder").entries()) {
      const sg = of("SG")[at];
      assert.deepEqual([published, notYet], [undefined, sg.notYet]);
      for (const [seed, config] of configs.entries()) {
        const drawn = sg.configs[seed].options.sampler === "sg" ? "inOrder" : "ns"; // without contrast none draws
        assert.deepEqual(config, { ...sg.configs[seed], options: { ...sg.configs[seed].options, sampler: drawn } });
      }
    }
    assert.deepEqual(
      own.filter((arm) => !of("inOrder").includes(arm)).map(({ title }) => title),
      whole.filter(({ title }) => !/(^|[- ])(NS|SAG)(?![A-Za-z])/.test(title)).map(({ title }) => title),
    );
  }
});

test("one's own sampler is drawn as it is under every protocol", () => {
  for (const protocol of ["lab", "paper", "released"] as const) {
    const [{ configs }] = tableArms(2, {
      ...smoke,
      protocol,
      samplers: ["inOrder"],
      only: ["ARCO-inOrder, full"],
    }).arms;
    assert.equal(configs[0].options.sampler, "inOrder");
  }
});

test("its rows share the pre-training, and are compared in pairs with the row that SG's are, or else with SG's", async () => {
  const choice = { ...smoke, runs, samplers: ["ns", "sg", "inOrder"] };
  const pretrainings = planTable(2, choice).jobs.filter(({ phase }) => phase === "pretraining");
  assert.deepEqual(
    pretrainings.map(({ rows }) => rows.length),
    [10, 10],
  );
  for (const sampler of ["ns", "sg", "inOrder"])
    for (const seed of [0, 1])
      await sampleRun(runs, { method: "arco", labeled: 1, seed, options: { sampler } }, { cases: 1 });
  const against = (table: 2 | 3) =>
    tableResult(table, choice).rows.find(({ title }) => title === "ARCO-inOrder, full")?.comparison?.against;
  assert.deepEqual([against(2), against(3)], ["ARCO-NS, full", "ARCO-SG, full"]);
});

test("an unknown sampler is named with all that are known, those of one's own among them", () => {
  assert.throws(() => tableArms(2, { samplers: ["inOrdre"] }), {
    name: "Problem",
    message:
      'sampler: found "inOrdre", expected one of ns, sg, sag, sgReleased, sagReleased, inOrder; did you mean "inOrder"?',
  });
});
