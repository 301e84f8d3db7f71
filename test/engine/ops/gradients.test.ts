import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../../lib/engine/start.js";
import { forms, inEveryForm } from "../forms.js";
import { assertEqualOutcome, gradientErrors, type Operation, outcome } from "./operation.js";
import { activation, large, operations, random } from "./operations.js";

before(() => startEngine());

for (const operation of [...operations, ...random]) {
  test(`${operation.name}: the gradients are the slopes`, async () => {
    await inEveryForm(async (form) => {
      const errors = await gradientErrors(operation, await outcome(operation));
      for (const [input, error] of Object.entries(errors))
        assert.ok(error < 2e-4, `${form}: the gradient of ${input} is off by ${error}`);
    });
  });
}

// A kink where the slope of the activation changes keeps finite differences out.
const kinked: Operation[] = [0.01, 0].flatMap((slope) => [
  activation(`of slope ${slope} in training`, [3, 4, 5, 3], { training: true, slope }),
  activation(`of slope ${slope} in evaluation`, [3, 4, 5, 3], { training: false, slope }),
]);

for (const operation of [...operations, ...kinked, ...large]) {
  test(`${operation.name}: every backend gives the same`, async () => {
    const composed = await forms.composed(() => outcome(operation));
    for (const form of ["own", "stock"] as const)
      assertEqualOutcome(await forms[form](() => outcome(operation)), composed, 1e-5, form);
  });
}
