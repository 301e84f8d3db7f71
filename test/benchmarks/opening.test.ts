import assert from "node:assert/strict";
import { test } from "node:test";
import { hippocampus } from "../../lib/benchmarks/hippocampus.js";

test("a label that another opening has decoded is not given to one that has not its case", async () => {
  const whole = await hippocampus.open({ labeled: 60 });
  const known = await whole.store.read(5, 0, true); // now it lies in the cache
  assert.ok(known.label);
  const few = await hippocampus.open({ labeled: 1 });
  for (const look of [() => few.store.read(5, 0, true), () => few.store.fill(5, true)])
    await assert.rejects(look, /its label was asked for, but it is one of the unlabelled cases/);
  assert.deepEqual((await few.store.read(5, 0, false)).image, known.image);
  assert.ok((await few.store.read(0, 0, true)).label);
});

test("once the test has begun nothing can be trained on, and no test case is seen before", async () => {
  const opened = await hippocampus.open({ labeled: 1 });
  await assert.rejects(async () => opened.test.read(0), /before the final evaluation/);
  const before = await opened.labeled.read(0);
  assert.ok(before.label);
  opened.openTest();
  assert.ok((await opened.test.read(0)).label);
  assert.ok((await opened.validation.read(0)).label);
  for (const look of [
    () => opened.labeled.read(0),
    () => opened.unlabeled.read(0),
    () => opened.store.read(0, 0, false),
    () => opened.store.fill(0, true),
  ])
    await assert.rejects(async () => look(), /after the final evaluation had begun/);
});
