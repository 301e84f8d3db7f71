import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { methods } from "../../lib/methods/index.js";
import { defaultsOf, merged } from "../../lib/methods/options.js";
import { trialOf } from "../../lib/training/contract.js";
import { disposeBatch } from "../../lib/training/loop.js";
import { featuresOf, rowsOf, shallow, throughHeads } from "./embeddings.js";
import { gratings } from "./gratings.js";

before(() => startEngine());

/** What the heads make of eight new images after training on others: what the loss compares, [image][dimension]. Queues that are not renewed stay as they began. */
async function embeddingsAfter(
  name: string,
  options: object,
  heads: readonly string[],
  { steps = 40, rate = 0.01, isRenewed = true } = {},
): Promise<number[][]> {
  const optimizer = { kind: "adam", rate, schedule: "constant", weightDecay: 0 } as const;
  const method = methods[name];
  const complete = merged(merged(defaultsOf(method), { smallest: 0.5, hidden: 16, embedding: 16 }), options);
  const trainer = trialOf(method, { steps, options: complete, optimizer, network: shallow });
  const queues = Object.entries(trainer.variables).flatMap(([path, queue]) =>
    path.endsWith("/entries") ? [{ queue, begun: queue.clone() }] : [],
  );
  for (let step = 0; step < steps; step++) {
    const batch = gratings(step, method.views?.(complete) ?? {});
    tf.dispose(await trainer.step(batch));
    disposeBatch(batch);
    if (!isRenewed) for (const { queue, begun } of queues) queue.assign(begun);
  }
  const batch = gratings(1000, {});
  const features = featuresOf(trainer, "model", batch.image);
  const embeddings = throughHeads(trainer, heads, features);
  const rows = await rowsOf(embeddings);
  tf.dispose([features, embeddings, queues.map(({ begun }) => begun)]);
  disposeBatch(batch);
  trainer.dispose();
  return rows;
}

/** Spread of rows: root of the mean squared distance from their mean. */
function spread(rows: readonly number[][]): number {
  const mean = rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
  return Math.sqrt(
    rows.reduce((sum, row) => sum + Math.hypot(...row.map((value, i) => value - mean[i])) ** 2, 0) / rows.length,
  );
}

/** The same of directions: 0 where all are one, 1 where they cancel. */
const spreadOfDirections = (rows: readonly number[][]) =>
  spread(rows.map((row) => row.map((value) => value / Math.hypot(...row))));

test("BYOL keeps images apart by its predictor and its stopped gradient; without either what it predicts becomes one", async () => {
  const after = async (options: object, ...heads: string[]) =>
    spreadOfDirections(await embeddingsAfter("byol", { momentum: 0.9, ...options }, ["student", ...heads]));
  const [guarded, unstopped] = [await after({}, "predictor"), await after({ stopGradient: false }, "predictor")];
  const unpredicted = await after({ predictor: false });
  assert.ok(guarded > 0.45, `with both ${guarded}`);
  assert.ok(unstopped < 0.3, `the teacher is trained too: ${unstopped}`);
  assert.ok(unpredicted < 0.3, `no predictor: ${unpredicted}`);
});

test("SimCLR keeps images apart by its negatives", async () => {
  const after = async (options: object) => spreadOfDirections(await embeddingsAfter("simclr", options, ["projector"]));
  const [guarded, attracted] = [await after({}), await after({ negatives: false })];
  assert.ok(guarded > 0.45, `with negatives ${guarded}`);
  assert.ok(attracted < 0.2, `without ${attracted}`);
});

test("VICReg keeps images apart by its variance term: with it embeddings vary, without they hardly do", async () => {
  const after = async (variance: number) =>
    spread(await embeddingsAfter("vicreg", { weights: { variance } }, ["expander"])) / Math.sqrt(16);
  const [guarded, unguarded] = [await after(25), await after(0)];
  assert.ok(guarded > 0.35, `with it ${guarded}`);
  assert.ok(unguarded < 0.2, `without ${unguarded}`);
});

test("kNN-MoCo keeps images apart by queues that are renewed; where they stand still embeddings become one", async () => {
  const after = async (isRenewed: boolean) =>
    spreadOfDirections(await embeddingsAfter("knnMoco", { poolSize: 64 }, ["student"], { isRenewed }));
  const [guarded, unguarded] = [await after(true), await after(false)];
  assert.ok(guarded > 0.5, `renewed ${guarded}`);
  assert.ok(unguarded < 0.33, `standing still ${unguarded}`);
});

test("ISD keeps images apart by its predictor and a slow, sharper teacher; without these embeddings become one", async () => {
  const after = async (options: object, ...heads: string[]) =>
    spreadOfDirections(
      await embeddingsAfter("isd", { poolSize: 64, ...options }, ["student", ...heads], { steps: 200, rate: 0.003 }),
    );
  const guarded = await after({}, "predictor");
  const unguarded = await after({ predictor: false, momentum: 0, tauT: 0.1 });
  assert.ok(guarded > 0.5, `with all three ${guarded}`);
  assert.ok(unguarded < 0.25, `with none ${unguarded}`);
});
