import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onDisk, writeWhole } from "../../disk.js";
import type { RunRecord } from "../../runs/records.js";
import { overlayOf } from "../overlay.js";
import { scalarsOf } from "../scalars.js";
import { summaryEvent, versionEvent } from "./event.js";
import { record } from "./record.js";

const prefix = "events.out.tfevents.";

/**
 * Writes a run's log, its scores and its overlays as a file of events beside the log, so that "tensorboard --logdir" of the folder of runs shows them.
 * It can be repeated while the run goes on: what is new is appended; where the log was cut back to a checkpoint the file is made anew.
 * The log knows no times, so all events bear that of the run's beginning: choose "step" as the axis. Gives the file's path.
 */
export async function writeEvents(run: RunRecord): Promise<string> {
  const time = new Date(run.environments[0]?.started ?? 0).getTime() / 1000;
  const path = join(run.folder, `${prefix}${Math.floor(time)}.arco`);
  const events = [versionEvent(time)];
  for (const row of run.log) {
    const scalars = scalarsOf(row);
    if (Object.keys(scalars).length > 0) events.push(summaryEvent({ time, step: row.step, scalars }));
  }
  if (run.metrics) events.push(summaryEvent({ time, step: run.config.steps, scalars: testScalars(run.metrics.mean) }));
  const picture = await overlayOf(run);
  if (picture) events.push(summaryEvent({ time, step: run.config.steps, pictures: { "test cases": picture } }));
  const content = Buffer.concat(events.map(record));
  const before = existsSync(path) ? onDisk(path, () => readFileSync(path)) : Buffer.alloc(0);
  if (before.length > 0 && content.subarray(0, before.length).equals(before))
    onDisk(path, () => appendFileSync(path, content.subarray(before.length)));
  else {
    for (const name of readdirSync(run.folder)) if (name.startsWith(prefix)) rmSync(join(run.folder, name));
    writeWhole(path, content);
  }
  return path;
}

const testScalars = (mean: Readonly<Record<string, number | null>>) =>
  Object.fromEntries(
    Object.entries(mean).flatMap(([name, value]) => (value === null ? [] : [[`test/${name}`, value]])),
  );
