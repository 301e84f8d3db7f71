import assert from "node:assert/strict";
import { test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { methods } from "../../lib/methods/index.js";
import { trialOf } from "../../lib/training/contract.js";

await startEngine("webgpu");

/** One of each kind of network and of step: a teacher, a contrast with its queues and draws, classes mixed, volumes. */
const cases: { method: keyof typeof methods; network?: "lite0" | "vnet"; size: number[]; options?: object }[] = [
  { method: "arco", size: [16, 16], options: { sampler: "sag" } },
  { method: "reco", network: "lite0", size: [32, 32] },
  { method: "meanTeacher", network: "vnet", size: [16, 16, 16] },
];

for (const { method, network, size, options } of cases)
  test(`${method}, ${network ?? "unet"}: steps on WebGPU have finite losses, and no more tensors with each`, async () => {
    const trial = trialOf(methods[method], {
      imageSize: size,
      ...(network && { network }),
      ...(options && { options }),
    });
    const tensors: number[] = [];
    for (let step = 0; step < 3; step++) {
      const { image, label, ...rest } = trial.batch(step, { size: size[0] });
      const terms = await trial.step({ image, label, ...rest });
      for (const [name, term] of Object.entries(terms)) assert.ok(Number.isFinite((await term.data())[0]), name);
      tf.dispose([image, label, terms]);
      tensors.push(tensorCount().tensors);
    }
    trial.dispose();
    assert.equal(tensors[2], tensors[1]);
  });
