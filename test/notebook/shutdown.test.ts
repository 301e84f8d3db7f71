import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { drive, folder, only, printed } from "./kernel.js";

const runs = join(folder, "runs");
const training = `import { interruptSignal, resolveConfig, trainRun } from "arco";
const config = resolveConfig({ benchmark: "hippocampus", method: "supervised", preset: "smoke", labeled: 1, steps: 100_000, seed: 0 });
await trainRun(config, {
  runs: ${JSON.stringify(runs)},
  signal: interruptSignal(),
  workers: 0,
  checkpointEvery: 100_000, // no checkpoint but the one at its end
  onProgress: ({ step }) => console.log(step === 2 ? "shut me down" : step),
});`;

test("a kernel that is shut down lets a training end its step and save it, says so, and only then ends", async () => {
  const [ran] = JSON.parse(await drive("session", [{ shutdown: training }]));
  assert.equal(only(ran, "error")[0].evalue, "the cell was stopped");
  const last = Number(printed(ran).trim().split("\n").at(-1)?.replace("shut me down", "2"));
  const [run] = readdirSync(runs);
  const file = readFileSync(join(runs, run, "checkpoints", "last.safetensors"));
  const header = file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString();
  assert.equal(Number(JSON.parse(header).__metadata__.step), last);
});
