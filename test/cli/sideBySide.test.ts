import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { quickstartArms } from "../../lib/reports/quickstart.js";
import { runName } from "../../lib/runs/run.js";
import { sampleRun } from "../runs/samples.js";
import { smallSample } from "../sample.js";
import { arco, start, temporary } from "./arco.js";

process.env.ARCO_DATA = smallSample();
const home = temporary();

/** A quick start in which the first two arms are still to be trained. */
async function begun(runs: string, steps: number) {
  const arms = quickstartArms({ config: { steps } });
  for (const { configs } of arms.slice(2)) await sampleRun(join(home, runs), configs[0]);
  const words = [
    "quickstart",
    "--steps",
    String(steps),
    "--parallel",
    "2",
    "--workers",
    "0",
    "--runs",
    join(home, runs),
  ];
  return { words, folders: arms.slice(0, 2).map(({ configs: [config] }) => join(home, runs, runName(config))) };
}

/** Numbers of the processes that have some runs. */
const holders = (folders: readonly string[]) =>
  folders.flatMap((folder) => readdirSync(join(folder, "lock")).map((file) => Number(file.split("@")[0])));

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("each line of the quick start's table is told as soon as its runs are done, the whole table at the end", async () => {
  const { words } = await begun("whole", 2);
  const { status, out, err } = await arco(...words);
  assert.equal(status, 0, err);
  const told = err.split("\n").filter((line) => / Dice 0\.\d{3}, ASSD/.test(line));
  const titles = quickstartArms().map(({ title }) => title);
  assert.deepEqual(told.map((line) => line.replace(/: Dice.*/, "")).sort(), [...titles].sort());
  assert.ok(err.indexOf(told[0]) < err.indexOf("1/2 "), "what was finished before is told first");
  for (const title of titles)
    assert.match(out, new RegExp(`^${title.replaceAll(/[+()]/g, "\\$&")} +1 +[\\d +]+ 0\\.\\d{3} `, "m"));
});

test("Ctrl-C stops all that are at work, with their states saved", async () => {
  const { words, folders } = await begun("stopped", 1000);
  const { child, ended, says } = start(words);
  await Promise.all([says(/^1\/2 .* \d+\/1000/m), says(/^2\/2 .* \d+\/1000/m)]);
  const pids = holders(folders);
  assert.equal(new Set([...pids, child.pid]).size, 3, "each has a process of its own");
  for (const pid of [...pids, child.pid ?? 0]) process.kill(pid, "SIGINT"); // as a terminal does
  const { status, out, err } = await ended;
  assert.deepEqual([status, out], [130, ""], err);
  assert.deepEqual(pids.filter(isAlive), []);
  for (const folder of folders) {
    assert.ok(existsSync(join(folder, "checkpoints", "last.safetensors")));
    assert.deepEqual(readdirSync(join(folder, "lock")), []);
  }
});

test("when the command is killed its processes end too, and the runs are free", async () => {
  const { words, folders } = await begun("killed", 1000);
  const { child, ended, says } = start(words);
  await Promise.all([says(/^1\/2 .* \d+\/1000/m), says(/^2\/2 .* \d+\/1000/m)]);
  const pids = holders(folders);
  assert.equal(pids.length, 2);
  child.kill("SIGKILL");
  await ended;
  while (pids.some(isAlive)) await sleep(50); // the test runner's own limit is the bound
  assert.deepEqual(holders(folders), []);
  for (const folder of folders) assert.ok(existsSync(join(folder, "checkpoints", "last.safetensors")), "saved as well");
});
