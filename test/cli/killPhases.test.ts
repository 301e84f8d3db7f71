import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { boxes } from "../boxes.js";
import { arco, sha256, start, temporary, type Working } from "./arco.js";

const home = temporary();
const benchmark = await boxes({ test: 10 });
const words = (runs: string) => [
  ...["train", "--benchmark", benchmark, "--method", "arco", "--preset", "smoke", "--steps", "6", "--json"],
  ...["--validate-every", "3", "--checkpoint-every", "2", "--set", "pretraining.steps=6"],
  ...["--set", "options.ledger.every=2", "--runs", join(home, runs)],
];

/** What has to be equal to the last byte, of both runs. */
function result(runs: string) {
  return readdirSync(join(home, runs))
    .sort()
    .map((name) => {
      const path = (...parts: string[]) => join(home, runs, name, ...parts);
      const hashes = (folder: string) =>
        readdirSync(path(folder))
          .sort()
          .map((file) => [file, sha256(path(folder, file))]);
      const texts = ["log.jsonl", "metrics.json", "pretraining.json", "weights.json"].filter((file) =>
        existsSync(path(file)),
      );
      return {
        ...{ name, checkpoints: hashes("checkpoints"), predictions: hashes("predictions") },
        texts: texts.map((file) => [file, readFileSync(path(file), "utf8")]),
      };
    });
}

/** A moment after the bar of both phases stands at a step, or beyond. */
const after =
  (step: number, milliseconds: number) =>
  async ({ says }: Working) => {
    await says(new RegExp(` (${[...Array(13 - step).keys()].map((k) => step + k).join("|")})/12 `));
    await sleep(milliseconds * Math.random());
  };

test("killed at any moment of either phase and continued, a training ends like one that was never killed, to the last byte", async (t) => {
  const whole = await arco(...words("whole"));
  assert.equal(whole.status, 0, whole.err);
  const expected = result("whole");
  assert.equal(expected.length, 2);

  const moments: [string, (working: Working) => Promise<void>][] = [
    ["within the start", () => sleep(1500 * Math.random())],
    ["before the first checkpoint of the pre-training", after(1, 50)],
    ["within the pre-training", after(3, 100)],
    ["where the phases meet", after(6, 400)],
    ["within the second phase", after(8, 150)],
    ["while the test cases are scored", after(12, 800)],
  ];
  for (const [moment, wait] of moments) {
    const working = start(words("killed"));
    await wait(working).catch(() => {}); // it may have ended before
    working.child.kill("SIGKILL");
    const { status, signal, err } = await working.ended;
    const bars = [...err.matchAll(/ (\d+)\/12 /g)].map(([, step]) => step);
    t.diagnostic(`killed ${moment}: ${signal ?? status}, steps ${bars.join(" ") || "none"}`);
    if (status !== null) assert.equal(status, 0, err);
  }
  const { status, err } = await arco(...words("killed"));
  assert.equal(status, 0, err);
  assert.deepEqual(result("killed"), expected);
});
