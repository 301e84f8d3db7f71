import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { endsIn } from "../../lib/sweeps/ends.js";
import { placesOf } from "../../lib/sweeps/places.js";
import { extendPlan } from "../../lib/sweeps/plan.js";
import { temporary } from "../temporary.js";
import { tinyJobs } from "./tinyJobs.js";

// ARCO_TINY_JOBS=10000 npm test -- tinyJobs: as many as a large sweep has.
const count = Number(process.env.ARCO_TINY_JOBS ?? 300);
const workers = 8;
const program = fileURLToPath(new URL("tinyJobs.ts", import.meta.url));
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

test("8 workers of two machines are killed at random: no job is lost, none is done twice", async (t) => {
  const runs = temporary("arco-tiny-");
  const places = placesOf(runs, "tiny");
  const jobs = tinyJobs(count);
  assert.equal(await extendPlan(places, jobs, { threads: 1, imports: [] }), count);

  const alive = new Set<Promise<void>>();
  const slots: ChildProcess[] = [];
  let kills = 0;
  const start = (slot: number) => {
    const words = ["--import", "tsx", program, places.plan, slot % 2 === 0 ? "here" : "elsewhere", "5"];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    children.add(child);
    slots[slot] = child;
    const ended = once(child, "exit").then(([status, signal]) => {
      alive.delete(ended);
      if (signal === "SIGKILL") start(slot);
      else assert.equal(status, 0);
    });
    alive.add(ended);
  };
  const done = () => readdirSync(runs).length - 1;
  const started = performance.now();
  for (let slot = 0; slot < workers; slot++) start(slot);
  let next = count / 20;
  while (alive.size > 0) {
    await Promise.race([...alive, new Promise((resolve) => setTimeout(resolve, 100))]);
    if (done() < next || done() > 0.95 * count) continue;
    next = done() + count / 20;
    slots[Math.floor(workers * Math.random())].kill("SIGKILL");
    kills++;
  }
  const seconds = (performance.now() - started) / 1000;
  t.diagnostic(`${count} jobs in ${seconds.toFixed(1)} s, ${kills} workers killed`);
  assert.ok(kills >= 5, `${kills} were killed`);
  const ends = new Map(
    Array.from({ length: Math.ceil(count / 1000) }, (_, block) => [...endsIn(places, block)]).flat(),
  );
  let [begun, left] = [0, 0];
  for (const { name } of jobs) {
    const begins = readFileSync(join(runs, name, "trace"), "utf8")
      .trim()
      .split("\n");
    assert.ok(existsSync(join(runs, name, "metrics.json")), `${name} was lost`);
    assert.equal(ends.get(name), "finished", `${name} was done twice`);
    left += readdirSync(join(runs, name, "lock")).length; // of one that was killed before it could give the run back
    begun += begins.length;
  }
  assert.ok(left <= kills, `${left} claims were left after ${kills} kills`);
  assert.ok(begun - count <= kills, `${begun - count} were begun again after ${kills} kills`);
});
