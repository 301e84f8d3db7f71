import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { supervised } from "../../lib/methods/supervised.js";
import { contract } from "../../lib/training/contract.js";

before(() => startEngine());

const broken = async (law: RegExp, change: (step: number) => void): Promise<boolean> => {
  const method: typeof supervised = {
    ...supervised,
    create(setup) {
      const trainer = supervised.create(setup);
      return {
        ...trainer,
        async step(batch) {
          change(batch.step);
          return trainer.step(batch);
        },
      };
    },
  };
  const row = (await contract(method)).find(({ law: text }) => law.test(text));
  return row?.holds === false;
};

test("a sound method keeps every law, and one that leaves a tensor behind in each step does not", async () => {
  const rows = await contract(supervised);
  assert.ok(rows.length >= 4);
  assert.deepEqual(
    rows.filter(({ holds }) => !holds),
    [],
  );
  assert.ok(await broken(/as many tensors/, () => void tf.keep(tf.scalar(1))));
});

test("a method that remembers outside its variables does not continue as it went on", async () => {
  const forgetful: typeof supervised = {
    ...supervised,
    create(setup) {
      const trainer = supervised.create(setup);
      let steps = 0;
      return {
        ...trainer,
        async step(batch) {
          const terms = await trainer.step(batch);
          return { ...terms, counted: tf.scalar(steps++) };
        },
      };
    },
  };
  const rows = await contract(forgetful);
  assert.deepEqual(
    rows.filter(({ holds }) => !holds).map(({ law }) => law),
    ["its variables are all that a continued training needs"],
  );
});
