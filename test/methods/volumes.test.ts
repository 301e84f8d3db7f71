import assert from "node:assert/strict";
import { before, test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import { methods } from "../../lib/methods/index.js";
import type { RawBatch } from "../../lib/training/batches/batches.js";
import { takeStep } from "../../lib/training/loop.js";
import { plainTrainer } from "./plainDescent.js";

before(() => startEngine());

/** Volumes of 16³ whose class is told by their brightness, labelled ones first. */
function volumes(step: number, [labeled, unlabeled]: readonly [number, number]): RawBatch {
  const rng = stream(0, "volumes", step);
  const count = labeled + unlabeled;
  const image = Float32Array.from({ length: count * 16 ** 3 }, () => rng.normal());
  const label = Int32Array.from(image.subarray(0, labeled * 16 ** 3), (value) => (value < 0 ? 0 : value < 1 ? 1 : 2));
  return {
    step,
    image,
    imageShape: [count, 16, 16, 16, 1],
    label,
    labelShape: [labeled, 16, 16, 16],
    labeled,
    unlabeled,
    examples: Array.from({ length: count }, (_, at) => ({ id: `${at}`, case: `${at}`, slice: 0, slices: 1 })),
    views: {},
  };
}

for (const { name, dimensions, unlabeled } of Object.values(methods).filter((one) => one.dimensions.includes(3)))
  test(`${name} (${dimensions.join("D, ")}D) takes steps on volumes: its terms are numbers and no tensor stays behind`, async () => {
    const trainer = plainTrainer(name, {}, { axes: 3 });
    const counts = [];
    for (let step = 0; step < 3; step++) {
      const terms = await takeStep(trainer, volumes(step, [2, unlabeled ? 2 : 0]));
      assert.ok(Object.values(terms).every(Number.isFinite), JSON.stringify(terms));
      counts.push(tensorCount());
    }
    assert.deepEqual(counts[2], counts[1]);
    trainer.dispose();
  });
