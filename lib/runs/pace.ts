import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { onDisk } from "../disk.js";
import { type Config, parseConfig } from "../training/config/schema.js";
import { readJson } from "./files.js";
import { readSessions } from "./run.js";
import { pixelsOf } from "./sideBySide.js";

/** How long a step takes, and where that is known from. */
export interface Pace {
  secondsPerStep: number;
  /** "measured on 3 runs here", or "assumed …". */
  basis: string;
}

// Measured on two cores, two trainings beside each other: microseconds for each pixel of a step's images, forwards, backwards and all.
const assumed: Record<string, number> = { supervised: 2.5, meanTeacher: 2.5, relational: 3.5, arco: 4.5 };
const usual = { microsecondsPerPixel: 4, overheadSeconds: 0.005 };

/** The pace of configs: measured on the runs of a folder with the same data, method and batch, validation included; else assumed from the number of pixels of a step. */
export function paceIn(runs: string): (config: Config) => Pace {
  const seen = new Map<string, { steps: number; seconds: number; runs: number }>();
  for (const folder of existsSync(runs) ? onDisk(runs, () => readdirSync(runs)) : []) {
    const path = join(runs, folder, "config.json");
    if (!existsSync(path)) continue; // not a run: a report, say
    const found = readJson(path, "move the folder away: without its config a run means nothing");
    const times = readSessions(join(runs, folder));
    if (times.length === 0) continue;
    const key = kindOf(parseConfig(found, path));
    const { steps, seconds, runs: count } = seen.get(key) ?? { steps: 0, seconds: 0, runs: 0 };
    seen.set(key, {
      steps: times.reduce((sum, { fromStep, toStep }) => sum + toStep - fromStep, steps),
      seconds: times.reduce((sum, { trainSeconds }) => sum + trainSeconds, seconds),
      runs: count + 1,
    });
  }
  return (config) => {
    const { steps, seconds, runs: count } = seen.get(kindOf(config)) ?? { steps: 0, seconds: 0, runs: 0 };
    if (steps === 0) return assumption(config);
    return { secondsPerStep: seconds / steps, basis: `measured on ${count} run${count === 1 ? "" : "s"} here` };
  };
}

/** What trainings have in common whose steps take as long. */
export const kindOf = ({ benchmark, data, method, network, batch }: Config) =>
  JSON.stringify([benchmark, data, method, network, batch.labeled, batch.unlabeled]);

function assumption(config: Config): Pace {
  const { method, batch } = config;
  const microseconds = assumed[method] ?? usual.microsecondsPerPixel;
  return {
    secondsPerStep: usual.overheadSeconds + ((batch.labeled + batch.unlabeled) * pixelsOf(config) * microseconds) / 1e6,
    basis: `assumed: ${microseconds} µs for each pixel of a step`,
  };
}
