import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { benchmarks } from "../benchmarks/index.js";
import { threeOf } from "../benchmarks/kinds/windows.js";
import { choose } from "../choose.js";
import { onDisk } from "../disk.js";
import { sizeOf } from "../images/values.js";
import { type Config, parseConfig } from "../training/config/schema.js";
import { readJson } from "./files.js";
import { readList } from "./run.js";

/** How long a step takes, and where that is known from. */
export interface Pace {
  secondsPerStep: number;
  /** "measured on 3 runs here", or "assumed …". */
  basis: string;
}

// Measured on two cores: a mean-teacher step of 4 + 4 images of 256² takes 1.3 s, a step of ARCO 1.4 s.
const assumed = { microsecondsPerPixel: 2.7, overheadSeconds: 0.05 };

const sessions = z.object({ fromStep: z.number(), toStep: z.number(), trainSeconds: z.number() });

/** The pace of configs: measured on the runs of a folder with the same data, method and batch, validation included; else assumed from the number of pixels of a step. */
export function paceIn(runs: string): (config: Config) => Pace {
  const seen = new Map<string, { steps: number; seconds: number; runs: number }>();
  for (const folder of existsSync(runs) ? onDisk(runs, () => readdirSync(runs)) : []) {
    const path = join(runs, folder, "config.json");
    if (!existsSync(path)) continue; // not a run: a report, say
    const found = readJson(path, "move the folder away: without its config a run means nothing");
    const times = readList(join(runs, folder, "timing.json"), sessions);
    if (times.length === 0) continue;
    const key = keyOf(parseConfig(found, path));
    const { steps, seconds, runs: count } = seen.get(key) ?? { steps: 0, seconds: 0, runs: 0 };
    seen.set(key, {
      steps: times.reduce((sum, { fromStep, toStep }) => sum + toStep - fromStep, steps),
      seconds: times.reduce((sum, { trainSeconds }) => sum + trainSeconds, seconds),
      runs: count + 1,
    });
  }
  return (config) => {
    const { steps, seconds, runs: count } = seen.get(keyOf(config)) ?? { steps: 0, seconds: 0, runs: 0 };
    if (steps === 0) return assumption(config);
    return { secondsPerStep: seconds / steps, basis: `measured on ${count} run${count === 1 ? "" : "s"} here` };
  };
}

const keyOf = ({ benchmark, data, method, network, batch }: Config) =>
  JSON.stringify([benchmark, data.size, data.patch, method, network, batch.labeled, batch.unlabeled]);

function assumption({ benchmark, data, batch }: Config): Pace {
  const { imageSize } = choose(benchmarks, benchmark, "benchmark");
  const size = typeof data.size === "number" ? [data.size, data.size] : (threeOf(data.patch) ?? imageSize);
  const pixels = sizeOf(size);
  const images = batch.labeled + batch.unlabeled;
  const { microsecondsPerPixel, overheadSeconds } = assumed;
  return {
    secondsPerStep: overheadSeconds + (images * pixels * microsecondsPerPixel) / 1e6,
    basis: `assumed: ${microsecondsPerPixel} µs for each pixel of a step on two cores`,
  };
}
