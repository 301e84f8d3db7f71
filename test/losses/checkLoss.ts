import assert from "node:assert/strict";
import { forms, inEveryForm } from "../engine/forms.js";
import { assertEqualOutcome, gradientErrors, type Operation, outcome } from "../engine/ops/operation.js";

/** Asserts of a loss that every backend gives the same value and gradients, and that these are the slopes of the value. */
export async function checkLoss(loss: Operation): Promise<void> {
  const composed = await forms.composed(() => outcome(loss));
  for (const form of ["own", "stock"] as const)
    assertEqualOutcome(await forms[form](() => outcome(loss)), composed, 1e-5, form);
  await inEveryForm(async (form) => {
    for (const [input, error] of Object.entries(await gradientErrors(loss, await outcome(loss))))
      assert.ok(error < 2e-4, `${form}: the gradient of ${input} is off by ${error}`);
  });
}
