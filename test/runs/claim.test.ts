import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startEngine } from "../../lib/engine/start.js";
import { Problem } from "../../lib/problem.js";
import { claim, claimNow, claimWhenFree } from "../../lib/runs/claim.js";
import { deathsIn, forgetDeaths, holderOf, isSeenAlive } from "../../lib/runs/holder.js";
import { openRun, runName } from "../../lib/runs/run.js";
import type { Watch } from "../../lib/runs/signs.js";
import { temporary } from "../temporary.js";
import { configOf, jobs, trainSmall } from "./smallJobs.js";

const home = temporary("arco-claim-");
let folders = 0;
const fresh = () => join(home, String(folders++));
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** A lease so short that a test need not wait for minutes, and long enough for a busy machine. */
const lease = { beatMs: 50, expiryMs: 1500 };

/** A process "on another machine" that takes a folder, says so, and then blocks its main thread, as a native operation does. */
function holder(folder: string) {
  const module = JSON.stringify(new URL("../../lib/runs/claim.ts", import.meta.url).href);
  const program = `
    import { writeSync } from "node:fs";
    const { claim } = await import(${module});
    claim(${JSON.stringify(folder)}, ${JSON.stringify({ ...lease, place: "elsewhere" })});
    writeSync(1, "mine");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  return child;
}

test("a claim of another machine is held for as long as it gives signs of life, whatever its clock says, and taken over after a lease without any", async () => {
  const folder = fresh();
  const child = holder(folder);
  await once(child.stdout, "data");
  const [file] = readdirSync(join(folder, "lock"));
  const events: string[] = [];
  const said: string[] = [];
  const taken = claimWhenFree(folder, { ...lease, onWait: (words) => said.push(words) });
  taken.then(() => events.push("taken"));
  const beats = new Set<string>();
  for (let at = 0; at < 12; at++) {
    const hours = at % 2 === 0 ? 3600 : -3600;
    utimesSync(join(folder, "lock", file), Date.now() / 1000 + hours, Date.now() / 1000 + hours);
    beats.add(readFileSync(join(folder, "lock", file), "utf8"));
    await new Promise((resolve) => setTimeout(resolve, lease.expiryMs / 6));
  }
  assert.deepEqual(events, [], "two leases long it was alive");
  assert.ok(beats.size > 3);
  await assert.rejects(claimWhenFree(folder, { ...lease, others: "refuse" }), {
    name: "Problem",
    message: new RegExp(`process ${child.pid} on elsewhere is working on this run; wait for it or stop it`),
  });
  child.kill("SIGKILL");
  const mine = await taken;
  assert.equal(said.length, 1);
  assert.match(said[0], new RegExp(`process ${child.pid} on elsewhere .*; waiting for it, or until .* for 2 s`));
  assert.ok(holderOf(folder));
  assert.deepEqual(deathsIn(folder), [`process ${child.pid} on elsewhere`]);
  mine.check();
  mine.release();
  assert.equal(holderOf(folder), undefined);
});

test("a dead claim of another machine, or its wish for one, never blocks for longer than a lease", async () => {
  for (const file of ["1@2@elsewhere@1.holds", "1@2@elsewhere@1.wants"]) {
    const folder = fresh();
    mkdirSync(join(folder, "lock"), { recursive: true });
    writeFileSync(join(folder, "lock", file), "");
    assert.throws(() => claim(folder, lease), Problem);
    const mine = await claimWhenFree(folder, { beatMs: 50, expiryMs: 300, others: "refuse" });
    mine.release();
    assert.deepEqual(deathsIn(folder), file.endsWith("holds") ? ["process 1 on elsewhere"] : []);
    forgetDeaths(folder);
    assert.deepEqual(readdirSync(join(folder, "lock")), []);
  }
});

test("who wakes up after its run was taken over writes nothing more into it", async () => {
  const runs = fresh();
  const config = configOf(0);
  const run = openRun(runs, config);
  run.appendLog({ step: 1 });
  const [file] = readdirSync(run.path("lock"));
  const asleep = join(run.folder, "lock", file.replace(/^\d+@[^@]*@[^@]*/, "1@2@elsewhere")); // as others see one of another machine
  renameSync(join(run.folder, "lock", file), asleep);
  const other = await claimWhenFree(run.folder, { beatMs: 50, expiryMs: 300 });
  assert.ok(!existsSync(asleep));
  for (const write of [() => run.appendLog({ step: 2 }), () => run.syncLog()])
    assert.throws(write, { name: "Problem", message: /lost the run: another one took it over/ });
  assert.equal(readFileSync(run.path("log.jsonl"), "utf8"), '{"step":1}\n');
  other.release();
});

test("who does not wait looks again and again: it sees that a holder of another machine is alive, and takes the folder over when that is dead", async () => {
  const folder = fresh();
  const child = holder(folder);
  await once(child.stdout, "data");
  const watch: Watch = new Map();
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(claimNow(folder, watch, lease), undefined);
  assert.equal(isSeenAlive(folder, watch), false, "one look tells nothing");
  while (!isSeenAlive(folder, watch)) {
    await pause();
    assert.equal(claimNow(folder, watch, lease), undefined);
  }
  child.kill("SIGKILL");
  await once(child, "exit");
  let mine = claimNow(folder, watch, lease);
  for (; !mine; mine = claimNow(folder, watch, lease)) await pause();
  assert.deepEqual(deathsIn(folder), [`process ${child.pid} on elsewhere`]);
  mine.release();
});

test("who waits is let in when the holder gives the folder back, and stops at a signal", async () => {
  const folder = fresh();
  const first = claim(folder);
  const controller = new AbortController();
  const stopped = claimWhenFree(folder, { signal: controller.signal });
  const reason = new Problem("enough");
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(stopped, reason);
  const second = claimWhenFree(folder);
  setTimeout(first.release, 20);
  (await second).release();
});

test("8 processes of two machines share 50 runs over a slow disk and are killed at random: none is lost, none is trained twice, all end as in one process", async (t) => {
  await startEngine("js");
  const reference = fresh();
  for (let job = 0; job < jobs; job++) await trainSmall(reference, job);

  const runs = fresh();
  mkdirSync(runs, { recursive: true });
  const program = fileURLToPath(new URL("smallJobs.ts", import.meta.url));
  const trace = () =>
    existsSync(join(runs, "trace"))
      ? readFileSync(join(runs, "trace"), "utf8")
          .trim()
          .split("\n")
          .map((line) => line.split(" "))
      : [];
  const alive = new Set<Promise<void>>();
  const working: ChildProcess[] = [];
  let kills = 0;
  const start = (slot: number) => {
    const place = slot % 2 === 0 ? "here" : "elsewhere";
    const child = spawn(process.execPath, ["--import", "tsx", program, runs, place], { stdio: "inherit" });
    children.add(child);
    working[slot] = child;
    const ended = once(child, "exit").then(([status, signal]) => {
      alive.delete(ended);
      if (signal === "SIGKILL") start(slot);
      else assert.equal(status, 0);
    });
    alive.add(ended);
  };
  for (let slot = 0; slot < 8; slot++) start(slot);
  while (alive.size > 0) {
    await Promise.race([...alive, new Promise((resolve) => setTimeout(resolve, 50))]);
    const steps = trace().length;
    if (steps > 40 * (kills + 1) && kills < 8) working[(3 * kills++) % 8].kill("SIGKILL");
  }
  assert.ok(kills >= 4, `${kills} were killed`);
  const lines = trace();
  t.diagnostic(`${kills} killed, ${lines.length} lines`);
  for (let job = 0; job < jobs; job++) {
    const own = lines.filter(([number]) => Number(number) === job);
    assert.ok(own.filter(([, , step]) => step === "6").length <= 2, `run ${job} ended ${own.join(" ")}`);
    assert.ok(own.filter(([, , step]) => step === "end").length <= 1, `run ${job} was trained twice`);
    const pids = own.map(([, pid]) => pid).filter((pid, at, all) => pid !== all[at - 1]);
    assert.equal(new Set(pids).size, pids.length, `two processes in run ${job} at once: ${pids.join(" ")}`);
    for (const file of ["log.jsonl", "metrics.json", "checkpoints/last.safetensors"]) {
      const path = (folder: string) => join(folder, runName(configOf(job)), file);
      assert.deepEqual(readFileSync(path(runs)), readFileSync(path(reference)), `${job}: ${file}`);
    }
  }
});
