import assert from "node:assert/strict";
import { before, test } from "node:test";
import { z } from "zod";
import { runBench } from "../../lib/bench/index.js";
import { comparedNames, monaOptions } from "../../lib/bench/methods.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { methods, registerMethod } from "../../lib/methods/index.js";
import { ssl4mis } from "../../lib/methods/recipes.js";
import { onAcdc, onVolumes } from "../../lib/paper/comparisons.js";

before(() => startEngine());

const sizes = { size: 32, labeled: 1, unlabeled: 2, steps: 1 };

test("a method is timed in steps that follow one another behind those that warm up, not in step 0, to which ARCO and ReCo add an entry of their ledger", async () => {
  const taken: number[] = [];
  const { name } = registerMethod({
    name: "stepCounter",
    title: "counts its steps",
    cite: "",
    options: z.strictObject({}),
    dimensions: [2],
    labeled: true,
    unlabeled: true,
    recipe: ssl4mis({ unlabeled: true }),
    create: () => ({
      async step({ step }) {
        taken.push(step);
        return { loss: tf.scalar(0) };
      },
      variables: {},
      dispose() {},
    }),
  });
  await runBench("method", { ...sizes, method: name, steps: 3 });
  const [warm, counted, timed] = [taken.slice(0, 3), taken.slice(3, -3), taken.slice(-3)];
  assert.deepEqual(
    [warm, timed],
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  );
  assert.ok(counted.every((step) => step > 0)); // whose multiplications are counted, where that is possible
});

test("all methods that segment are measured, and MONA with the options of its rows in the tables, whose step has a pass more than ARCO's", async () => {
  const names = comparedNames();
  assert.ok(names.includes("mona") && names.includes("arco") && !names.includes("relational"));
  for (const one of names.filter((name) => name !== "mona")) assert.equal(methods[one].pretrains, undefined, one);
  for (const [axes, { rows }] of [
    [2, onAcdc],
    [3, onVolumes],
  ] as const) {
    const recipe = rows.find(({ method }) => method === "MONA")?.recipe;
    assert.deepEqual(monaOptions(axes), { sampler: recipe?.sampler, ...recipe?.options }, `${axes} axes`);
    assert.equal(recipe?.method, "arco");
  }
  const [arco, mona] = [
    await runBench("method", { ...sizes, method: "arco" }),
    await runBench("method", { ...sizes, method: "mona" }),
  ];
  const images = sizes.labeled + sizes.unlabeled; // each of which the student sees once more, forward and backward
  assert.ok(
    Math.abs(Number(mona.work) - Number(arco.work) - images / sizes.labeled) < 0.02,
    `${mona.work}, ${arco.work}`,
  );
});
