import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { node, root, temporary } from "./run.js";

/** Builds a folder of two files aside, pausing between them; then prints "done". Its clock may be some hours off. */
const build = (goal: string, pauseMs: number, { hours = 0 } = {}) => [
  "--input-type=module",
  "--eval",
  `const { now } = Date;
   globalThis.Date = class extends Date { constructor() { super(now() + ${hours} * 3_600_000); } };
   import { mkdirSync, writeFileSync } from "node:fs";
   import { aside } from "${join(root, "lib/setup/aside.mjs")}";
   import { locked } from "${join(root, "lib/setup/lock.mjs")}";
   await locked("${goal}.lock", () => aside("${goal}", async (path) => {
     mkdirSync(path);
     writeFileSync(path + "/first", "1");
     console.log("half done");
     await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));
     writeFileSync(path + "/second", String(process.pid));
   }), { onWait: () => console.log("waiting") });
   console.log("done");`,
];

test("a piece that was being made when set-up was killed is not there; the next set-up makes it and clears the rest", async (t) => {
  const folder = temporary(t);
  const goal = join(folder, "piece");
  assert.equal((await node(build(goal, 60_000), { until: /half done/ })).signal, "SIGKILL");
  assert.ok(!existsSync(goal));
  assert.ok(readdirSync(folder).length > 0, "what the killed one left");
  const again = await node(build(goal, 0));
  assert.match(again.text, /done/);
  assert.deepEqual(readdirSync(goal).sort(), ["first", "second"]);
  assert.deepEqual(readdirSync(folder), ["piece"]);
});

test("a new piece takes the place of an old one only when it is whole", async (t) => {
  const goal = join(temporary(t), "piece");
  await node(build(goal, 0));
  const old = readFileSync(join(goal, "second"), "utf8");
  await node(build(goal, 60_000), { until: /half done/ });
  assert.equal(readFileSync(join(goal, "second"), "utf8"), old);
  await node(build(goal, 0));
  assert.notEqual(readFileSync(join(goal, "second"), "utf8"), old);
});

test("of two set-ups at once the second waits for the first", async (t) => {
  const goal = join(temporary(t), "piece");
  const both = await Promise.all([node(build(goal, 1500)), node(build(goal, 1500))]);
  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
  );
  assert.equal(both.filter(({ text }) => text.includes("waiting")).length, 1);
});

for (const hours of [-1, 1])
  test(`a set-up whose clock is ${hours > 0 ? "ahead" : "behind"} or jumps there is waited for like any other`, async (t) => {
    const goal = join(temporary(t), "piece");
    const first = node(build(goal, 2500, { hours }));
    while (!existsSync(`${goal}.lock`)) await setTimeout(20);
    await setTimeout(1200); // the first touch by its clock
    assert.match((await node(build(goal, 0))).text, /^waiting\nhalf done\ndone\n$/);
    assert.equal((await first).code, 0);
  });
