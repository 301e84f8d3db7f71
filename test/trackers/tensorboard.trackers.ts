import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readLog } from "../../lib/runs/records.js";
import { arco, temporary } from "../cli/arco.js";
import { sampleRun } from "../runs/samples.js";
import { serve, trackers } from "./python.js";

const program = trackers();
const runs = temporary();

/** What TensorBoard's own reader finds in a folder: values by tag and step, and the sizes of pictures. */
function read(folder: string) {
  const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0, "tensors": 0})
events.Reload()
tags = events.Tags()
print(json.dumps({
    "scalars": {tag: [[one.step, one.value] for one in events.Scalars(tag)] for tag in tags["scalars"]},
    "images": {tag: [[one.step, one.height, one.width, len(one.encoded_image_string)] for one in events.Images(tag)] for tag in tags["images"]},
}))`;
  const { stdout, stderr, status } = spawnSync(program("python"), ["-c", script, folder], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test("TensorBoard's reader finds in the events what the log says, the scores, and the overlays; what is new is appended", async () => {
  const { folder, metrics } = await sampleRun(runs, { steps: 6, validateEvery: 3 });
  const half = await sampleRun(runs, { steps: 6, validateEvery: 3, seed: 1 }, { finished: false });
  const { status, err } = await arco("export", "tensorboard", "--runs", runs, "--json");
  assert.equal(status, 0, err);
  const { scalars, images } = read(folder);
  const losses = readLog(folder).flatMap((row) =>
    typeof row.loss === "number" ? [[row.step, Math.fround(row.loss)]] : [],
  );
  assert.deepEqual(scalars.loss, losses);
  assert.deepEqual(
    scalars["validation/dice"].map(([step]: [number]) => step),
    [3, 6],
  );
  assert.deepEqual(scalars["test/dice"], [[6, Math.fround(metrics.mean.dice)]]);
  const [[step, height, width, bytes]] = images["test cases"];
  assert.ok(step === 6 && height > 100 && width > 100 && bytes > 1000);

  assert.equal(read(half.folder).scalars.loss.length, 6);
  appendFileSync(join(half.folder, "log.jsonl"), '{"step":7,"rate":0.01,"loss":0.5}\n');
  assert.equal((await arco("export", "tensorboard", "--runs", runs)).status, 0);
  assert.deepEqual(read(half.folder).scalars.loss.at(-1), [7, 0.5]);
  assert.equal(readdirSync(half.folder).filter((name) => name.startsWith("events.")).length, 1);
});

test("tensorboard itself shows the runs of the folder", async () => {
  const words = (port: number) => ["--logdir", runs, "--port", String(port), "--load_fast=false"];
  const { uri, child } = await serve(program("tensorboard"), words, "/data/plugin/scalars/tags");
  let tags: Record<string, object> = {};
  while (Object.keys(tags).length < 2) tags = JSON.parse(await (await fetch(`${uri}/data/plugin/scalars/tags`)).text());
  assert.deepEqual(Object.keys(tags).sort(), readdirSync(runs).sort());
  for (const one of Object.values(tags)) assert.ok("loss" in one);
  if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
});
