import assert from "node:assert/strict";
import { test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { startEngine } from "../../lib/engine/start.js";
import { methods } from "../../lib/methods/index.js";
import { takeTrialSteps, trialOf } from "../../lib/training/contract.js";

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
    await takeTrialSteps(trial, 1);
    const before = tensorCount().tensors;
    const rows = await takeTrialSteps(trial, 2, {}, 1);
    assert.equal(tensorCount().tensors, before);
    for (const row of rows) assert.ok(Object.values(row).every(Number.isFinite), JSON.stringify(row));
    trial.dispose();
  });
