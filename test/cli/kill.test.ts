import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { boxes } from "../boxes.js";
import { arco, sha256, start, temporary, type Working } from "./arco.js";

const home = temporary();
const benchmark = await boxes({ test: 10 });
const words = (runs: string) => [
  ...["train", "--benchmark", benchmark, "--method", "meanTeacher", "--batch", "2+2", "--steps", "12"],
  ...["--validate-every", "6", "--checkpoint-every", "3", "--runs", join(home, runs), "--json"],
];

/** What has to be equal to the last byte. */
function result(runs: string) {
  const run = join(home, runs, readdirSync(join(home, runs))[0]);
  const predictions = readdirSync(join(run, "predictions")).sort();
  return {
    last: sha256(join(run, "checkpoints", "last.safetensors")),
    best: sha256(join(run, "checkpoints", "best.safetensors")),
    log: readFileSync(join(run, "log.jsonl"), "utf8"),
    metrics: readFileSync(join(run, "metrics.json"), "utf8"),
    predictions: predictions.map((name) => [name, sha256(join(run, "predictions", name))]),
    leftovers: readdirSync(join(run, "checkpoints")).sort(),
  };
}

/** Resolves when a process begins to write a checkpoint. */
function writes(runs: string): Promise<void> {
  const folder = join(home, runs, readdirSync(join(home, runs))[0], "checkpoints");
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (name === null || name.endsWith(".safetensors")) return; // the file beside it comes first
      watcher.close();
      resolve();
    });
  });
}

test("a run that is killed at any moment and continued ends like one that was never killed, to the last byte", async (t) => {
  assert.equal((await arco(...words("whole"))).status, 0);
  const expected = result("whole");

  const after =
    (step: number) =>
    async ({ says }: Working) => {
      await says(new RegExp(` (${step}|${step + 1}|${step + 2})/12 `));
      await sleep(60 * Math.random());
    };
  const writing = (step: number) => async (working: Working) => {
    await after(step)(working);
    await writes("killed");
    await sleep(15 * Math.random());
  };
  const scoring = async ({ says }: Working) => {
    await says(/ 12\/12 /);
    await sleep(300 * Math.random());
  };
  const moments: [string, (working: Working) => Promise<void>][] = [
    ["within the start", () => sleep(1500 * Math.random())],
    ["before any checkpoint", after(1)],
    ["while the first checkpoint is written", writing(1)],
    ["between checkpoints", after(7)],
    ["while a later checkpoint is written", writing(8)],
    ["while the test cases are scored", scoring],
  ];
  for (const [moment, wait] of moments) {
    const working = start(words("killed"));
    await wait(working).catch(() => {}); // it may have ended before
    working.child.kill("SIGKILL");
    const { status, signal } = await working.ended;
    const left = existsSync(join(home, "killed"))
      ? readdirSync(join(home, "killed"), { recursive: true }).filter((name) =>
          /checkpoints\/.*safetensors/.test(String(name)),
        )
      : [];
    t.diagnostic(
      `killed ${moment}: ${signal ?? status}, ${left.map((name) => String(name).replace(/^.*\//, "")).join(" ") || "no checkpoint"}`,
    );
    if (status !== null) assert.equal(status, 0);
  }
  const { status, err } = await arco(...words("killed"));
  assert.equal(status, 0, err);
  assert.deepEqual(result("killed"), expected);
  assert.deepEqual(expected.leftovers, ["best.safetensors", "last.safetensors"]);
});
