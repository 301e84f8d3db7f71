import assert from "node:assert/strict";
import { before, test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { startEngine } from "../../lib/engine/start.js";
import { methods } from "../../lib/methods/index.js";
import { takeTrialSteps, trialOf } from "../../lib/training/contract.js";
import { narrowVolumes } from "../narrow.js";

before(() => startEngine());

for (const method of Object.values(methods).filter(({ dimensions }) => dimensions.includes(3)))
  test(`${method.name} (${method.dimensions.join("D, ")}D) takes steps on volumes of two channels and unequal sides: its terms are numbers, it resumes, no tensor stays behind`, async () => {
    const made = () => trialOf(method, { network: narrowVolumes, imageSize: [16, 16, 32], channels: 2 });
    const [whole, resumed] = [made(), made()];
    const begun = await takeTrialSteps(whole, 2);
    const before = tensorCount();
    for (const [path, variable] of Object.entries(resumed.variables)) variable.assign(whole.variables[path]);
    const [expected, found] = [await takeTrialSteps(whole, 2, {}, 2), await takeTrialSteps(resumed, 2, {}, 2)];
    assert.deepEqual(found, expected);
    assert.ok(
      [...begun, ...expected].every((row) => Object.values(row).every(Number.isFinite)),
      JSON.stringify(begun),
    );
    assert.deepEqual(tensorCount().tensors, before.tensors);
    for (const trainer of [whole, resumed]) trainer.dispose();
  });
