import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { parameter, statistic } from "../../lib/engine/params.js";
import { encodeSafetensors } from "../../lib/engine/safetensors.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { loadCheckpoint, saveCheckpoint } from "../../lib/training/checkpoint.js";

const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
const path = join(folder, "last.safetensors");

before(() => startEngine());
after(() => rmSync(folder, { recursive: true }));

const make = (value: number) => ({
  "model/weight": parameter(
    tf.tensor2d([
      [value, 0.1],
      [-0, 1e-38],
    ]),
  ),
  "model/mean": statistic(tf.tensor1d([value])),
  "velocity/model/weight": statistic(tf.fill([2, 2], value / 3)),
  count: statistic(tf.scalar(value)),
});

const values = (variables: Record<string, tf.Variable>) =>
  Promise.all(Object.values(variables).map(async (variable) => Array.from(await variable.data())));

test("what is saved is loaded, to the bit, with its strings; saving again gives the same bytes", async () => {
  const [saved, loaded] = [make(1), make(2)];
  await saveCheckpoint(path, saved, { step: "12", best: "-Infinity" });
  const bytes = readFileSync(path);
  assert.deepEqual(loadCheckpoint(path, loaded), { step: "12", best: "-Infinity" });
  assert.deepEqual(await values(loaded), await values(saved));
  await saveCheckpoint(path, loaded, { step: "12", best: "-Infinity" });
  assert.deepEqual(readFileSync(path), bytes);
  assert.deepEqual(readdirSync(folder), ["last.safetensors"]);
});

test("a checkpoint larger than a page of the file reader is whole", async () => {
  const large = { weight: parameter(tf.range(0, 300_000)) };
  await saveCheckpoint(path, large, {});
  const loaded = { weight: parameter(tf.zeros([300_000])) };
  loadCheckpoint(path, loaded);
  assert.deepEqual(await values(loaded), await values(large));
});

test("a damaged file is a Problem, and changes nothing", async () => {
  await saveCheckpoint(path, make(1), { step: "1" });
  const whole = readFileSync(path);
  const target = make(2);
  const damaged = join(folder, "damaged.safetensors");
  for (const bytes of [
    Buffer.alloc(0),
    whole.subarray(0, 7),
    whole.subarray(0, 100),
    whole.subarray(0, whole.length - 1),
    Buffer.alloc(whole.length),
    Buffer.from("garbage!".repeat(9)),
  ]) {
    writeFileSync(damaged, bytes);
    assert.throws(() => loadCheckpoint(damaged, target), { name: "Problem", message: /damaged\.safetensors: / });
    assert.deepEqual(await values(target), await values(make(2)));
  }
});

test("the checkpoint of another network is a Problem that names the first difference, and changes nothing", async () => {
  const { "model/mean": mean, ...rest } = make(1);
  const cases: [Parameters<typeof encodeSafetensors>[0], RegExp][] = [
    [{ "model/weight": { shape: [2, 2], values: new Float32Array(4) } }, /"model\/mean": found nothing, expected 1/],
    [{ "model/weight": { shape: [4], values: new Float32Array(4) } }, /"model\/weight": found 4, expected 2×2/],
    [{ "model/weight": { shape: [], values: new Float32Array(1) } }, /"model\/weight": found a number, expected 2×2/],
    [
      { "model/weight": { shape: [2, 2], values: new Int32Array(4) } },
      /"model\/weight": found 2×2 of int32, expected 2×2/,
    ],
  ];
  tf.dispose([mean, rest]);
  for (const [entries, message] of cases) {
    writeFileSync(path, Buffer.concat(encodeSafetensors(entries)));
    const target = make(2);
    assert.throws(() => loadCheckpoint(path, target), { name: "Problem", message });
    assert.deepEqual(await values(target), await values(make(2)));
  }
});

test("part of a checkpoint can be loaded: the network alone", async () => {
  await saveCheckpoint(path, make(1), {});
  const { "model/weight": weight } = make(2);
  loadCheckpoint(path, { "model/weight": weight });
  assert.equal((await weight.data())[0], 1);
});

test("saving and loading leave no tensors behind", async () => {
  const variables = make(1);
  const saveAndLoad = async () => {
    await saveCheckpoint(path, variables, {});
    loadCheckpoint(path, variables);
    return tensorCount();
  };
  assert.deepEqual(await saveAndLoad(), await saveAndLoad());
});

test("where the file cannot be written, the old one stays", async () => {
  await saveCheckpoint(path, make(1), { step: "1" });
  await assert.rejects(saveCheckpoint(join(folder, "missing", "last.safetensors"), make(2), {}));
  assert.deepEqual(loadCheckpoint(path, make(2)), { step: "1" });
});
